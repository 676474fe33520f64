using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using NetworkingSfc.Classifier;

namespace NetworkingSfc.Sfc.Classify;

/// <summary>A whole trace as batches of keys, made before any clock runs.</summary>
internal sealed class PacketBatches
{
    private readonly FlowKeyBatch[] _batches;
    private readonly ImmutableArray<TracePacket> _packets;
    private readonly int[] _answers;
    private readonly int _burst;
    private readonly bool _isIpv6;

    /// <summary>Fills the batches.</summary>
    /// <param name="packets">The trace.</param>
    /// <param name="burst">Rows of a batch; the last may have fewer.</param>
    public PacketBatches(ImmutableArray<TracePacket> packets, int burst)
    {
        _packets = packets;
        _burst = burst;
        _isIpv6 = packets.Length > 0 && packets[0].Key.EtherType == AddressPrefix.Ipv6EtherType;
        _batches = [.. packets.Chunk(burst).Select(BatchOf)];

        // A classifier may store whole vectors behind the last row of each batch.
        _answers = new int[packets.Length + new FlowKeyBatch(burst).Capacity];

        FlowKeyBatch BatchOf(TracePacket[] chunk)
        {
            FlowKeyBatch batch = new(burst);
            foreach (TracePacket packet in chunk)
            {
                batch.Add(packet.Key);
            }

            return batch;
        }
    }

    /// <summary>What the last <see cref="Answer"/> found, packet by packet.</summary>
    public ReadOnlySpan<int> Answers => _answers.AsSpan(0, _packets.Length);

    /// <summary>One pass that keeps every answer.</summary>
    /// <param name="classifier">Who answers.</param>
    public void Answer(IFlowClassifier classifier) => Classify(classifier, _burst);

    /// <summary>
    /// One pass that is measured: answers of a burst take the place of those before, as a forwarder's do, which uses
    /// them at once.
    /// </summary>
    /// <param name="classifier">Who answers.</param>
    public void Classify(IFlowClassifier classifier) => Classify(classifier, 0);

    // Every batch, in order. A forwarder's parser has just written the keys, so they are in the first cache; a stored
    // trace is not, so the next burst is fetched while this one is classified.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Classify(IFlowClassifier classifier, int answersApart)
    {
        int addressWords = _isIpv6 ? FlowKeyBatch.AddressWords : 1;
        for (int batch = 0; batch < _batches.Length; batch++)
        {
            _batches[Math.Min(batch + 1, _batches.Length - 1)].Prefetch(addressWords);
            classifier.Classify(_batches[batch], _answers.AsSpan(batch * answersApart));
        }
    }

    /// <summary>Packets that the last <see cref="Answer"/> got wrong.</summary>
    /// <param name="first">The first of them, or -1.</param>
    public int CountMismatches(out int first)
    {
        first = -1;
        int count = 0;
        for (int packet = 0; packet < _packets.Length; packet++)
        {
            if (_answers[packet] != _packets[packet].Expected)
            {
                first = count++ == 0 ? packet : first;
            }
        }

        return count;
    }
}
