namespace NetworkingSfc.Dataplane.Attachments;

/// <summary>How a port stands to what it is attached to.</summary>
public enum PortCondition
{
    /// <summary>Frames can move.</summary>
    Up,

    /// <summary>Opened, and no frame could move yet: no peer has come, or the link has never been up.</summary>
    Waiting,

    /// <summary>It has been up and no frame can move: the peer or the interface has gone.</summary>
    Down,

    /// <summary>It cannot be opened, and is tried again.</summary>
    Failed,
}
