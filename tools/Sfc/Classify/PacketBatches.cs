using System.Collections.Immutable;
using NetworkingSfc.Classifier;

namespace NetworkingSfc.Sfc.Classify;

/// <summary>A whole trace as batches of keys, made before any clock runs.</summary>
internal sealed class PacketBatches
{
    private readonly FlowKeyBatch[] _batches;
    private readonly ImmutableArray<TracePacket> _packets;
    private readonly int[] _answers;
    private readonly int _burst;

    /// <summary>Fills the batches.</summary>
    /// <param name="packets">The trace.</param>
    /// <param name="burst">Rows of a batch; the last may have fewer.</param>
    public PacketBatches(ImmutableArray<TracePacket> packets, int burst)
    {
        _packets = packets;
        _burst = burst;
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
    /// <param name="classifier">Who answers.</param>
    public void Classify(IFlowClassifier classifier)
    {
        int first = 0;
        foreach (FlowKeyBatch batch in _batches)
        {
            classifier.Classify(batch, _answers.AsSpan(first));
            first += _burst;
        }
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
