namespace NetworkingSfc.Dataplane.Memory;

/// <summary>
/// Which input packet a frame descends from and how many ports it has crossed since. Replay orders its records by these
/// numbers, so that its output does not depend on batching or on the number of workers.
/// </summary>
public struct PacketOrigin
{
    /// <summary>Number of the input packet, from 0 in merged input order.</summary>
    public long InputPacket;

    /// <summary>
    /// 0 for the input packet itself; more, in the order they were let go, for fragments that waited until it came.
    /// </summary>
    public int Part;

    /// <summary>Ports crossed so far.</summary>
    public int Crossings;

    /// <summary>
    /// When the input packet was captured, in nanoseconds since 1970-01-01 00:00 UTC; 0 where its port does not know. A port
    /// that writes captures uses it, so that its output does not depend on when it was written.
    /// </summary>
    public long TimestampNanoseconds;

    /// <summary>
    /// True when the frame was last sent to a function on the way back of a symmetric chain. Known only where the function
    /// returns the same slot, as in a replay; a frame received from outside starts with false.
    /// </summary>
    public bool SentBack;

    /// <summary>Copies that were made of the frame.</summary>
    public int CopiesMade;

    /// <summary>Of a copy, which one of its original it is, from 1; 0 for other frames.</summary>
    public int CopyNumber;

    /// <summary>Free for the port that orders records to remember by whom the copy descends; 0 for an input packet and for a
    /// fragment that was let go.</summary>
    public int Lineage;

    /// <summary>While packets are traced, the tracer's number of the packet in its burst, from 1; 0 for one that is not traced.</summary>
    public int TraceMark;

    /// <summary>The origin of one more copy of the frame.</summary>
    public PacketOrigin Copied()
    {
        CopiesMade++;
        return this with { CopyNumber = CopiesMade, CopiesMade = 0 };
    }
}
