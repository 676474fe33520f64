namespace NetworkingSfc.Dataplane.Steering;

/// <summary>What the stages so far have decided about a packet.</summary>
public enum Verdict : byte
{
    /// <summary>Nothing yet.</summary>
    Undecided,

    /// <summary>On a path: to the group of its position.</summary>
    Deliver,

    /// <summary>Behind the last hop of its path: to its destination, but to no port of the chain.</summary>
    EndOfPath,

    /// <summary>In no chain: to its destination.</summary>
    Switch,

    /// <summary>A fragment that waits for its first one; no longer the batch's.</summary>
    Hold,

    /// <summary>Not transmitted, for the reason beside it.</summary>
    Drop,
}
