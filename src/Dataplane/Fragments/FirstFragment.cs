namespace NetworkingSfc.Dataplane.Fragments;

/// <summary>What a first fragment says and the later ones of its datagram do not.</summary>
/// <param name="SourcePort">Source port, or 0.</param>
/// <param name="DestinationPort">Destination port, or 0.</param>
/// <param name="Protocol">The protocol of the five-tuple.</param>
/// <param name="MayEnterChain">False when no rule applies to the datagram: DHCP, neighbour discovery, a cut header.</param>
internal readonly record struct FirstFragment(ushort SourcePort, ushort DestinationPort, byte Protocol, bool MayEnterChain);
