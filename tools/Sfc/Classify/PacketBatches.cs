using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using NetworkingSfc.Classifier;

namespace NetworkingSfc.Sfc.Classify;

/// <summary>A whole trace as batches of keys, made before any clock runs.</summary>
internal sealed class PacketBatches
{
    private const int WordsPerLine = 16;

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

    /// <summary>What the last pass answered, packet by packet.</summary>
    public ReadOnlySpan<int> Answers => _answers.AsSpan(0, _packets.Length);

    /// <summary>One pass: every batch, in order. This is the loop that is measured.</summary>
    /// <remarks>
    /// In a forwarder the parser has just written the keys, so they are in the first cache; a stored trace is not, and a
    /// burst is too short for the processor to see a pattern in. So the next burst is touched while this one is classified.
    /// </remarks>
    /// <param name="classifier">Who answers.</param>
    /// <returns>A number that keeps the touching from being optimised away.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public uint Classify(IFlowClassifier classifier)
    {
        uint touched = 0;
        for (int batch = 0; batch < _batches.Length; batch++)
        {
            touched += Touch(_batches[Math.Min(batch + 1, _batches.Length - 1)]);
            classifier.Classify(_batches[batch], _answers.AsSpan(batch * _burst));
        }

        return touched;
    }

    // One element of each cache line that an IPv4 key needs; of an IPv6 key, the high words as well.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private uint Touch(FlowKeyBatch batch)
    {
        uint touched = 0;
        for (int word = 0; word < (_isIpv6 ? FlowKeyBatch.AddressWords : 1); word++)
        {
            ReadOnlySpan<uint> sources = batch.SourceAddress(word), destinations = batch.DestinationAddress(word);
            for (int row = 0; row < batch.Count; row += WordsPerLine)
            {
                touched += sources[row] + destinations[row];
            }
        }

        for (int row = 0; row < batch.Count; row += 2 * WordsPerLine)
        {
            touched += (uint)batch.SourcePort[row] + batch.DestinationPort[row] + batch.EtherType[row] + batch.Protocol[row];
        }

        return touched;
    }

    /// <summary>Packets that the last pass answered wrongly.</summary>
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
