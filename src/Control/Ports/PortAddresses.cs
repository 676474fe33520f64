using System.Collections.Immutable;
using System.Security.Cryptography;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.Subnets;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Control.Ports;

/// <summary>Rules for the addresses of a port: each is one port's only, within its network.</summary>
internal static class PortAddresses
{
    /// <summary>Prefix of addresses that Neutron chooses, and so do we.</summary>
    private const ulong ChosenPrefix = 0xfa163e;
    private const ulong SuffixMask = 0xffffff;

    /// <summary>
    /// An address derived from the port's id, so that the same document gives the same addresses in every run; the
    /// next free one when another port of the network has it.
    /// </summary>
    public static MacAddress ChooseMac(ResourceSet set, Port port)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(port.Id.ToByteArray(bigEndian: true), hash);
        ulong suffix = (ulong)hash[0] << 16 | (ulong)hash[1] << 8 | hash[2];
        while (IsTaken(set, port, PortKey.Of(port.NetworkId, new MacAddress(ChosenPrefix << 24 | suffix))))
        {
            suffix = suffix + 1 & SuffixMask;
        }

        return new MacAddress(ChosenPrefix << 24 | suffix);
    }

    /// <summary>Why the port cannot have its Ethernet address, or null.</summary>
    public static ApiProblem? RefuseMac(ResourceSet set, Port port) =>
        IsTaken(set, port, PortKey.Of(port.NetworkId, port.MacAddress)) ? PortProblems.MacInUse(port) : null;

    /// <summary>
    /// Finds the subnet of each address. A network without subnets takes any address: the forwarder needs none,
    /// and state documents leave them out.
    /// </summary>
    /// <remarks>An address that was put on the port before its network had subnets stays without one when a state is put back.</remarks>
    public static ApiProblem? PlaceFixedIps(ResourceSet set, bool restores, ref Port port)
    {
        Guid network = port.NetworkId;
        Subnet[] subnets = [.. set.Subnets.Where(subnet => subnet.NetworkId == network)];
        ImmutableArray<FixedIp>.Builder placed = ImmutableArray.CreateBuilder<FixedIp>(port.FixedIps.Length);
        foreach (FixedIp ip in port.FixedIps)
        {
            bool keeps = restores && ip.SubnetId is null;
            Subnet? subnet = keeps ? null : Array.Find(subnets, candidate => Holds(candidate, ip));
            if (subnet is null && !keeps && (subnets.Length > 0 || ip.SubnetId is not null))
            {
                return PortProblems.NotInSubnet(ip);
            }

            if (IsTaken(set, port, PortKey.Of(network, ip.Address)) || placed.Any(earlier => earlier.Address == ip.Address))
            {
                return PortProblems.AddressInUse(ip.Address, subnet, network);
            }

            placed.Add(ip with { SubnetId = subnet?.Id });
        }

        port = port with { FixedIps = placed.MoveToImmutable() };
        return null;
    }

    private static bool IsTaken(ResourceSet set, Port port, PortKey address) =>
        KeyIndex<Port, PortKey>.Find(set.Ports, address) is { } owner && owner.Id != port.Id;

    private static bool Holds(Subnet subnet, FixedIp ip) =>
        subnet.Cidr.Family == ip.Address.Family
        && (ip.Address.Value & subnet.Cidr.Mask) == subnet.Cidr.Network
        && (ip.SubnetId is null || ip.SubnetId == subnet.Id);
}
