namespace NetworkingSfc.Dataplane.Ports;

/// <summary>What happened on a port below the forwarder, since it was opened.</summary>
/// <param name="ReceivedPackets">Frames handed to workers.</param>
/// <param name="SentPackets">Frames taken from workers and given on.</param>
/// <param name="ReceiveOversize">Frames that did not fit a buffer and were refused.</param>
/// <param name="ReceiveLost">Frames that arrived while there was no room for them before the worker, as far as the port is told.</param>
/// <param name="SendRefused">Frames taken from workers and thrown away, because the link carries none of their length or the interface dropped them at once.</param>
/// <param name="ReceiveInvalid">What a peer put into a shared ring against its rules, and was not followed: descriptors, indices, lengths.</param>
public readonly record struct PortStatistics(
    long ReceivedPackets, long SentPackets, long ReceiveOversize, long ReceiveLost = 0, long SendRefused = 0, long ReceiveInvalid = 0)
{
    /// <summary>The two together.</summary>
    /// <param name="other">What happened on another queue, or at another time.</param>
    public PortStatistics Plus(in PortStatistics other) => new(
        ReceivedPackets + other.ReceivedPackets,
        SentPackets + other.SentPackets,
        ReceiveOversize + other.ReceiveOversize,
        ReceiveLost + other.ReceiveLost,
        SendRefused + other.SendRefused,
        ReceiveInvalid + other.ReceiveInvalid);

    /// <summary>What has come since.</summary>
    /// <param name="before">What had happened until then.</param>
    public PortStatistics Minus(in PortStatistics before) => new(
        ReceivedPackets - before.ReceivedPackets,
        SentPackets - before.SentPackets,
        ReceiveOversize - before.ReceiveOversize,
        ReceiveLost - before.ReceiveLost,
        SendRefused - before.SendRefused,
        ReceiveInvalid - before.ReceiveInvalid);
}
