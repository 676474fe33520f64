namespace NetworkingSfc.Dataplane.Ports.Memif.Messages;

/// <summary>Kinds of control messages of memif version 2 (<c>memif_msg_type_t</c>).</summary>
internal enum MemifMessageType
{
    /// <summary>Not used by anybody.</summary>
    None = 0,

    /// <summary>The server has taken the client's last message.</summary>
    Ack = 1,

    /// <summary>Server to client, first of all: what the server accepts.</summary>
    Hello = 2,

    /// <summary>Client to server: which interface it wants.</summary>
    Init = 3,

    /// <summary>Client to server, with a descriptor: shared memory.</summary>
    AddRegion = 4,

    /// <summary>Client to server, with a descriptor for interrupts: a ring in that memory.</summary>
    AddRing = 5,

    /// <summary>Client to server: everything has been added.</summary>
    Connect = 6,

    /// <summary>Server to client: frames may move.</summary>
    Connected = 7,

    /// <summary>Either side: the end, and why.</summary>
    Disconnect = 8,
}
