using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports.PcapFile;

namespace NetworkingSfc.Sfc.Replay;

/// <summary>A frame crossing a port: one record of the output capture.</summary>
/// <param name="InputPacket">Number of the input packet that caused it.</param>
/// <param name="Part">0 for that packet, more for fragments that it let go, in their order.</param>
/// <param name="Lineage">That frame itself (0) or one of the copies that it caused; see <see cref="CopyLineages"/>.</param>
/// <param name="Crossing">Which crossing this is, from 0; a copy counts on from its original.</param>
/// <param name="Port">Number of the port.</param>
/// <param name="Direction">Received from the port or sent to it.</param>
/// <param name="TimestampNanoseconds">Time of the input packet.</param>
/// <param name="Offset">Where its bytes start in the log.</param>
/// <param name="Length">Bytes in the log.</param>
/// <param name="WireLength">Bytes on the wire.</param>
internal readonly record struct CrossingRecord(
    long InputPacket, int Part, int Lineage, int Crossing, int Port, CaptureDirection Direction, long TimestampNanoseconds, int Offset, int Length, int WireLength)
{
    /// <summary>Index of the member that a chain sent the frame to; <see cref="PacketBuffer.NoMember"/> for every other crossing.</summary>
    public int Member { get; init; } = PacketBuffer.NoMember;

    /// <summary>The hash that chose the member; 0 for every other crossing.</summary>
    public ulong FlowHash { get; init; }
}
