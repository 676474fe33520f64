using NetworkingSfc.Dataplane.Ports.PcapFile;

namespace NetworkingSfc.Sfc.Replay;

/// <summary>A frame crossing a port: one record of the output capture.</summary>
/// <param name="InputPacket">Number of the input packet that caused it.</param>
/// <param name="Part">0 for that packet, more for fragments that it let go, in their order.</param>
/// <param name="Crossing">Which crossing of that frame this is, from 0.</param>
/// <param name="Port">Number of the port.</param>
/// <param name="Direction">Received from the port or sent to it.</param>
/// <param name="TimestampNanoseconds">Time of the input packet.</param>
/// <param name="Offset">Where its bytes start in the log.</param>
/// <param name="Length">Bytes in the log.</param>
/// <param name="WireLength">Bytes on the wire.</param>
internal readonly record struct CrossingRecord(
    long InputPacket, int Part, int Crossing, int Port, CaptureDirection Direction, long TimestampNanoseconds, int Offset, int Length, int WireLength)
    : IComparable<CrossingRecord>
{
    /// <summary>Canonical order: by input packet, each frame that it let go behind it, each in the order in which it crossed ports.</summary>
    public int CompareTo(CrossingRecord other) =>
        InputPacket != other.InputPacket ? InputPacket.CompareTo(other.InputPacket)
        : Part != other.Part ? Part.CompareTo(other.Part)
        : Crossing.CompareTo(other.Crossing);
}
