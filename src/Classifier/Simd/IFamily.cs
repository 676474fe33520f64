namespace NetworkingSfc.Classifier.Simd;

/// <summary>An address family as a type, so that lookups are compiled once for each with its numbers as constants.</summary>
internal interface IFamily
{
    /// <summary>32-bit words of an address.</summary>
    static abstract int AddressWords { get; }

    /// <summary>64-bit words of an address pair in keys and leaves.</summary>
    static abstract int PairWords { get; }
}

/// <summary>IPv4: source and destination fit one 64-bit word.</summary>
internal readonly struct Ipv4Family : IFamily
{
    /// <inheritdoc/>
    public static int AddressWords => 1;

    /// <inheritdoc/>
    public static int PairWords => 1;
}

/// <summary>IPv6: two 64-bit words of source, two of destination.</summary>
internal readonly struct Ipv6Family : IFamily
{
    /// <inheritdoc/>
    public static int AddressWords => 4;

    /// <inheritdoc/>
    public static int PairWords => 4;
}
