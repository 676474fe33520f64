namespace NetworkingSfc.Dataplane.Channel;

/// <summary>What a frame between the two roles says. Numbers are never given again.</summary>
public enum FrameType
{
    /// <summary>Both: who speaks, in which version. The first frame of each end.</summary>
    Hello = 1,

    /// <summary>Control: a whole encoded definition.</summary>
    Snapshot = 2,

    /// <summary>Control: an encoded difference to the definition that is held.</summary>
    Delta = 3,

    /// <summary>Both: still here. Nothing else says it of a process that hangs with its socket open.</summary>
    Alive = 4,

    /// <summary>Forwarder: the generation that each worker uses.</summary>
    Workers = 5,

    /// <summary>Forwarder: the state of each port.</summary>
    Ports = 6,

    /// <summary>Forwarder: a generation was not taken, and why; the one before goes on.</summary>
    Refused = 7,

    /// <summary>Forwarder: a delta does not fit what is held; the whole is wanted.</summary>
    WholeWanted = 8,

    /// <summary>Both: why the connection is being closed.</summary>
    Goodbye = 9,

    /// <summary>Control: trace packets.</summary>
    TraceStart = 10,

    /// <summary>Control: no longer.</summary>
    TraceStop = 11,

    /// <summary>Forwarder: what became of traced packets.</summary>
    TraceRecords = 12,

    /// <summary>Forwarder: the trace has ended, or was refused, and why. Nothing of it comes any more.</summary>
    TraceEnded = 13,
}
