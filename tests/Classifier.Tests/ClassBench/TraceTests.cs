using System.Collections.Immutable;
using NetworkingSfc.Sfc.Classify;
using Xunit;

namespace NetworkingSfc.Classifier.Tests.ClassBench;

/// <summary>Every packet of the shared traces gets its expected answer, whatever the batch, with and without remembered decisions.</summary>
public sealed class TraceTests
{
    private static readonly int[] _bursts = [1, 7, 32, 256];

    [Theory]
    [MemberData(nameof(CatalogCases.OnSets), MemberType = typeof(CatalogCases))]
    public void Packets_get_the_answers_of_the_traces(string name, string set, bool ipv6)
    {
        SharedSet shared = new(set, ipv6);
        using IUpdatableClassifier classifier = ClassifierCatalog.Named(name).Build(RuleSet.InOrder(shared.Rules));
        foreach (string trace in new[] { "uniform", "zipf" })
        {
            ImmutableArray<TracePacket> packets = shared.Trace(trace);
            Assert.Equal(100_000, packets.Length);
            packets = packets[..CatalogCases.Share(name, packets.Length)];
            foreach (int cacheEntries in new[] { 0, DecisionCache.EntriesFor(shared.Rules.Length) })
            {
                using IClassifierReader reader = classifier.OpenReader(cacheEntries);
                foreach (int burst in _bursts)
                {
                    int wrong = FirstMismatch(reader, packets, burst);
                    Assert.True(wrong < 0, $"{trace} trace, packet {wrong}, bursts of {burst}, {cacheEntries} cache entries");
                }
            }
        }
    }

    private static int FirstMismatch(IClassifierReader reader, ImmutableArray<TracePacket> packets, int burst)
    {
        FlowKeyBatch keys = new(burst);
        int[] answers = new int[keys.Capacity];
        for (int first = 0; first < packets.Length; first += burst)
        {
            ReadOnlySpan<TracePacket> rows = packets.AsSpan()[first..Math.Min(packets.Length, first + burst)];
            keys.Clear();
            foreach (ref readonly TracePacket packet in rows)
            {
                keys.Add(packet.Key);
            }

            Array.Fill(answers, int.MinValue);
            reader.Classify(keys, answers);
            for (int row = 0; row < rows.Length; row++)
            {
                if (answers[row] != rows[row].Expected)
                {
                    return first + row;
                }
            }
        }

        return -1;
    }
}
