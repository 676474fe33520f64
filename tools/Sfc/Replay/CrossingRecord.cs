using NetworkingSfc.Dataplane.Ports.PcapFile;

namespace NetworkingSfc.Sfc.Replay;

/// <summary>A frame crossing a port: one record of the output capture.</summary>
/// <param name="InputPacket">Number of the input packet that caused it.</param>
/// <param name="Crossing">Which crossing of that packet this is, from 0.</param>
/// <param name="Port">Number of the port.</param>
/// <param name="Direction">Received from the port or sent to it.</param>
/// <param name="TimestampNanoseconds">Time of the input packet.</param>
/// <param name="Offset">Where its bytes start in the log.</param>
/// <param name="Length">Bytes in the log.</param>
/// <param name="WireLength">Bytes on the wire.</param>
internal readonly record struct CrossingRecord(
    long InputPacket, int Crossing, int Port, CaptureDirection Direction, long TimestampNanoseconds, int Offset, int Length, int WireLength)
    : IComparable<CrossingRecord>
{
    /// <summary>Canonical order: by input packet, then in the order in which it crossed ports.</summary>
    public int CompareTo(CrossingRecord other) =>
        InputPacket != other.InputPacket ? InputPacket.CompareTo(other.InputPacket) : Crossing.CompareTo(other.Crossing);
}
