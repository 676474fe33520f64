namespace NetworkingSfc.Dataplane.FlowTable;

/// <summary>What is known of a row's flow.</summary>
[Flags]
internal enum FlowMarks : byte
{
    /// <summary>The row's tuple was not read.</summary>
    None = 0,

    /// <summary>The key is filled in: the packet belongs to a flow.</summary>
    HasKey = 1,

    /// <summary>Read the short way: the frame has nothing that only the full parser knows.</summary>
    IsCommon = 2,

    /// <summary>The full parser has not read the frame yet.</summary>
    IsUnread = 4,

    /// <summary>A new connection (TCP SYN without ACK): whoever had the same five-tuple before is gone.</summary>
    OpensConnection = 8,

    /// <summary>The table knew what becomes of the packet.</summary>
    IsRecalled = 16,

    /// <summary>The member is the flow's own, although a new flow would get another.</summary>
    IsKept = 32,

    /// <summary>A common frame of DHCP: it is in no chain, and of no flow.</summary>
    IsDhcp = 64,
}
