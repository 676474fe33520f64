using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Subnets;

/// <summary>An address range of a network. The forwarder needs none; clients that create ports ask for them.</summary>
public sealed record Subnet : Resource, IRevisioned
{
    /// <summary>Network the range belongs to.</summary>
    public required Guid NetworkId { get; init; }

    /// <summary>The range.</summary>
    public required IpPrefix Cidr { get; init; }

    /// <summary>Gateway address, if any.</summary>
    public IpAddressValue? GatewayIp { get; init; }

    /// <summary>Whether addresses are handed out by DHCP, as sent; nothing here acts on it.</summary>
    public bool EnableDhcp { get; init; } = true;

    /// <summary>Counts the changes of this subnet, from 1.</summary>
    public int RevisionNumber { get; init; } = 1;
}
