using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Subnets;

/// <summary>What a request says about the gateway of a subnet: nothing, none, or an address.</summary>
internal sealed record SubnetGateway(bool IsChosen, IpAddressValue? Address)
{
    /// <summary>Not named: the first address of the range.</summary>
    public static SubnetGateway Chosen { get; } = new(IsChosen: true, null);

    /// <summary>Null: there is no gateway.</summary>
    public static SubnetGateway None { get; } = new(IsChosen: false, null);

    /// <summary>The gateway of a subnet with this range.</summary>
    public IpAddressValue? AddressIn(IpPrefix cidr) => IsChosen ? cidr.Address with { Value = cidr.Network + 1 } : Address;
}
