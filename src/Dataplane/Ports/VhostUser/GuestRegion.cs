namespace NetworkingSfc.Dataplane.Ports.VhostUser;

/// <summary>A part of the guest's memory as the front end describes it (vhost-user: memory region description).</summary>
/// <param name="GuestAddress">Where the guest sees it; buffers are given by such addresses.</param>
/// <param name="Length">Bytes.</param>
/// <param name="UserAddress">Where the front end sees it; rings are given by such addresses.</param>
/// <param name="FileOffset">Where it begins in the file that came with the message.</param>
internal readonly record struct GuestRegion(ulong GuestAddress, ulong Length, ulong UserAddress, ulong FileOffset);
