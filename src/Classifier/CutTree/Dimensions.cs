namespace NetworkingSfc.Classifier.CutTree;

/// <summary>
/// The dimensions in which rules of one address family are boxes of 32-bit ranges. A prefix is exactly a product of
/// ranges over the 32-bit words of its address: single values, then one range, then everything. So IPv4 (one word an
/// address) and IPv6 (four) differ in numbers only.
/// </summary>
/// <param name="EtherType">EtherType of the family.</param>
/// <param name="AddressWords">32-bit words of an address.</param>
internal sealed record Dimensions(ushort EtherType, int AddressWords)
{
    /// <summary>IPv4: source, destination, source port, destination port, protocol.</summary>
    public static readonly Dimensions Ipv4 = new(AddressPrefix.Ipv4EtherType, 1);

    /// <summary>IPv6: the same with four words an address, the most significant first.</summary>
    public static readonly Dimensions Ipv6 = new(AddressPrefix.Ipv6EtherType, 4);

    /// <summary>Dimensions in all.</summary>
    public int Count => (2 * AddressWords) + 3;

    /// <summary>The dimension of source ports; before it stand those of the addresses.</summary>
    public int SourcePort => 2 * AddressWords;

    /// <summary>The dimension of destination ports.</summary>
    public int DestinationPort => SourcePort + 1;

    /// <summary>The dimension of protocols.</summary>
    public int Protocol => SourcePort + 2;

    /// <summary>
    /// Range of a rule in one dimension. A port or protocol range that reaches the field's largest value is extended to
    /// the largest 32-bit value: no key lies there, and "any" then covers every box whole.
    /// </summary>
    /// <param name="rule">A rule of this family.</param>
    /// <param name="dimension">0 to <see cref="Count"/> - 1.</param>
    public (uint Low, uint High) Range(in FlowRule rule, int dimension)
    {
        if (dimension < AddressWords)
        {
            return WordRange(rule.Source, dimension);
        }

        if (dimension < SourcePort)
        {
            return WordRange(rule.Destination, dimension - AddressWords);
        }

        if (dimension == Protocol)
        {
            return rule.Protocol is byte protocol ? ((uint)protocol, Extended(protocol, byte.MaxValue)) : (0u, uint.MaxValue);
        }

        (ushort minimum, ushort maximum) = dimension == SourcePort ? rule.SourcePorts : rule.DestinationPorts;
        return (minimum, Extended(maximum, ushort.MaxValue));
    }

    /// <summary>Value of a key in one dimension.</summary>
    /// <param name="key">A key of this family.</param>
    /// <param name="dimension">0 to <see cref="Count"/> - 1.</param>
    public uint ValueOf(in FlowKey key, int dimension)
    {
        if (dimension < SourcePort)
        {
            UInt128 address = dimension < AddressWords ? key.SourceAddress : key.DestinationAddress;
            return (uint)(address >> (32 * (AddressWords - 1 - (dimension % AddressWords))));
        }

        return dimension == Protocol ? key.Protocol : dimension == SourcePort ? key.SourcePort : key.DestinationPort;
    }

    private static uint Extended(uint value, uint largest) => value == largest ? uint.MaxValue : value;

    private (uint Low, uint High) WordRange(in AddressPrefix prefix, int word)
    {
        int fixedBits = Math.Clamp(prefix.Length - (32 * word), 0, 32);
        uint any = fixedBits == 0 ? uint.MaxValue : (uint)((1UL << (32 - fixedBits)) - 1);
        uint value = (uint)(prefix.Address >> (32 * (AddressWords - 1 - word)));
        return (value & ~any, value | any);
    }
}
