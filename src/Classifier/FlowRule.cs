namespace NetworkingSfc.Classifier;

/// <summary>
/// What a flow classifier matches: EtherType, protocol or any, two prefixes and two inclusive port ranges.
/// A packet without ports has port 0, so a range that includes 0 matches it.
/// </summary>
public readonly record struct FlowRule
{
    /// <summary>Port range that matches every packet.</summary>
    public static readonly (ushort Minimum, ushort Maximum) AnyPort = (0, ushort.MaxValue);

    /// <summary>Makes a rule that matches every packet of one EtherType.</summary>
    /// <param name="etherType">0x0800 (IPv4) or 0x86dd (IPv6).</param>
    public FlowRule(ushort etherType)
    {
        EtherType = etherType;
        SourcePorts = AnyPort;
        DestinationPorts = AnyPort;
    }

    /// <summary>0x0800 (IPv4) or 0x86dd (IPv6).</summary>
    public ushort EtherType { get; init; }

    /// <summary>Protocol number, or null for any.</summary>
    public byte? Protocol { get; init; }

    /// <summary>Source prefix; bits below the length are ignored.</summary>
    public AddressPrefix Source { get; init; }

    /// <summary>Destination prefix; bits below the length are ignored.</summary>
    public AddressPrefix Destination { get; init; }

    /// <summary>Source ports, both bounds included.</summary>
    public (ushort Minimum, ushort Maximum) SourcePorts { get; init; }

    /// <summary>Destination ports, both bounds included.</summary>
    public (ushort Minimum, ushort Maximum) DestinationPorts { get; init; }

    /// <summary>The same rule for traffic in the other direction: prefixes and port ranges exchanged.</summary>
    public FlowRule Reversed() => this with
    {
        Source = Destination,
        Destination = Source,
        SourcePorts = DestinationPorts,
        DestinationPorts = SourcePorts,
    };

    /// <summary>True when the rule matches the key. The plain definition that every implementation must equal.</summary>
    /// <param name="key">The packet's fields.</param>
    public bool Matches(in FlowKey key) =>
        key.EtherType == EtherType
        && (Protocol is null || Protocol == key.Protocol)
        && Source.Contains(key.SourceAddress, EtherType)
        && Destination.Contains(key.DestinationAddress, EtherType)
        && key.SourcePort >= SourcePorts.Minimum && key.SourcePort <= SourcePorts.Maximum
        && key.DestinationPort >= DestinationPorts.Minimum && key.DestinationPort <= DestinationPorts.Maximum;
}
