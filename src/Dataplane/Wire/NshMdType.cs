namespace NetworkingSfc.Dataplane.Wire;

/// <summary>Values of the NSH metadata type field, 4 bits (RFC 8300, section 2.2).</summary>
public static class NshMdType
{
    /// <summary>Fixed length: four context headers of four bytes (RFC 8300, section 2.4).</summary>
    public const byte FixedLength = 1;

    /// <summary>Variable length: none or more context headers in type-length-value form (RFC 8300, section 2.5).</summary>
    public const byte VariableLength = 2;
}
