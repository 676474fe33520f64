namespace NetworkingSfc.Dataplane.Ports.VhostUser;

/// <summary>Where the parts of a ring are in the front end's memory (vhost-user: vring address description).</summary>
/// <param name="Descriptors">The descriptor table, a multiple of 16.</param>
/// <param name="Available">What the guest gives us, a multiple of 2.</param>
/// <param name="Used">What we give back, a multiple of 4.</param>
internal readonly record struct VringAddresses(ulong Descriptors, ulong Available, ulong Used);
