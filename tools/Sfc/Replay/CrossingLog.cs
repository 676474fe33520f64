using System.Runtime.InteropServices;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports.PcapFile;

namespace NetworkingSfc.Sfc.Replay;

/// <summary>What crossed the ports on one worker in one round: records and their bytes.</summary>
internal sealed class CrossingLog
{
    private readonly List<CrossingRecord> _records = [];
    private readonly CopyLineages _lineages = new();
    private byte[] _bytes = new byte[1 << 20];
    private int _used;

    /// <summary>The records in the order they happened on this worker, or in canonical order once sorted.</summary>
    public ReadOnlySpan<CrossingRecord> Records => CollectionsMarshal.AsSpan(_records);

    /// <summary>Puts the records in canonical order.</summary>
    public void Sort() => _records.Sort(_lineages.Compare);

    /// <summary>The bytes of a record.</summary>
    /// <param name="record">A record of this log.</param>
    public ReadOnlySpan<byte> BytesOf(in CrossingRecord record) => _bytes.AsSpan(record.Offset, record.Length);

    /// <summary>Adds a record and counts the crossing on the packet.</summary>
    /// <param name="origin">The packet's origin.</param>
    /// <param name="port">Index of the port.</param>
    /// <param name="direction">Received from the port or sent to it.</param>
    /// <param name="frame">The bytes.</param>
    /// <param name="wireLength">Bytes on the wire.</param>
    /// <param name="sent">Of a frame that is sent, who chose where to.</param>
    public void Add(ref PacketOrigin origin, int port, CaptureDirection direction, ReadOnlySpan<byte> frame, int wireLength, PacketBuffer? sent = null)
    {
        if (_bytes.Length - _used < frame.Length)
        {
            Array.Resize(ref _bytes, checked(Math.Max(2 * _bytes.Length, _used + frame.Length)));
        }

        frame.CopyTo(_bytes.AsSpan(_used));
        _records.Add(new CrossingRecord(
            origin.InputPacket, origin.Part, _lineages.Of(ref origin), origin.Crossings++, port, direction, origin.TimestampNanoseconds, _used, frame.Length, wireLength)
        {
            Member = sent?.Member ?? PacketBuffer.NoMember,
            FlowHash = sent?.FlowHash ?? 0,
        });
        _used += frame.Length;
    }

    /// <summary>Forgets the round.</summary>
    public void Clear()
    {
        _records.Clear();
        _lineages.Clear();
        _used = 0;
    }
}
