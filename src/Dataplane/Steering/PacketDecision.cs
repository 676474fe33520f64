using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>The column in which the stages write what becomes of a packet.</summary>
public struct PacketDecision
{
    /// <summary>Value of <see cref="OutputPort"/> before one is chosen.</summary>
    public const int NoPort = -1;

    /// <summary>Value of <see cref="Position"/> before the frame is on a path.</summary>
    public const int NoPosition = -1;

    /// <summary>The decision so far.</summary>
    public Verdict Verdict;

    /// <summary>Why, when the verdict is <see cref="Verdict.Drop"/>.</summary>
    public DropReason Reason;

    /// <summary>What the frame carried when it was received.</summary>
    public CarriedHeader Carried;

    /// <summary>Row in the snapshot's positions, when on or behind a path.</summary>
    public int Position;

    /// <summary>Port to transmit on.</summary>
    public int OutputPort;

    /// <summary>Bytes of the outermost Ethernet header and VLAN tags of the frame as it will be sent: they do not count for the MTU.</summary>
    public int LinkBytes;

    /// <summary>Destination MAC address of the frame (of the inner one where an NSH was read) as it was received.</summary>
    public MacAddress SentTo;

    /// <summary>True when a header was read of the frame as it was received, also once a join has taken it off.</summary>
    public bool CameWithHeader;

    /// <summary>True for a copy on its way to a tap, or to one of the ports of a flooded frame.</summary>
    public bool IsCopy;

    /// <summary>Chains entered from the end of another since the frame was received.</summary>
    public byte Joins;

    /// <summary>True at the end of a path when no chain joined to it takes the frame.</summary>
    public bool HasLeft;

    /// <summary>Decides to drop.</summary>
    /// <param name="reason">Why.</param>
    public void Drop(DropReason reason)
    {
        Verdict = Verdict.Drop;
        Reason = reason;
    }
}
