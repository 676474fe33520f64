namespace NetworkingSfc.Dataplane.Telemetry;

/// <summary>Packets and the bytes they had.</summary>
public struct PacketCount
{
    /// <summary>Packets.</summary>
    public long Packets;

    /// <summary>Bytes, counted as each counter says.</summary>
    public long Bytes;

    /// <summary>Counts packets.</summary>
    /// <param name="packets">How many.</param>
    /// <param name="bytes">Their lengths together.</param>
    public void Add(long packets, long bytes)
    {
        Packets += packets;
        Bytes += bytes;
    }

    /// <summary>Adds another count to this one.</summary>
    /// <param name="other">The other count.</param>
    public void Add(in PacketCount other)
    {
        Packets += other.Packets;
        Bytes += other.Bytes;
    }
}
