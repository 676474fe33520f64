namespace NetworkingSfc.Testing.Frames;

/// <summary>
/// One header (or run of bytes) of a frame. A frame is built from the inside out: a layer is handed the finished
/// bytes of everything inside it and puts itself in front of them.
/// </summary>
/// <remarks>
/// A field that is <c>null</c> is worked out when the frame is built. Setting it writes that value, right or wrong:
/// that is how a test makes a bad frame.
/// </remarks>
public abstract record Layer
{
    /// <summary>The EtherType that announces this layer, when there is one.</summary>
    public virtual ushort? EtherTypeOfThis => null;

    /// <summary>The IP protocol (or IPv6 next header) number that announces this layer, when there is one.</summary>
    public virtual byte? IpProtocolOfThis => null;

    /// <summary>The NSH next protocol value (RFC 8300, section 2.2) that announces this layer, when there is one.</summary>
    public virtual byte? NshProtocolOfThis => null;

    /// <summary>This layer's bytes followed by <paramref name="body"/>.</summary>
    public abstract byte[] Wrap(byte[] body, Surroundings around);
}

/// <summary>What a layer may know of the rest of its frame.</summary>
public sealed class Surroundings(IReadOnlyList<Layer> layers, int index)
{
    /// <summary>RFC 9542, section 3.1: 0x88b5 is free for local experiments; says "nothing known inside".</summary>
    private const ushort LocalExperimentEtherType = 0x88b5;

    /// <summary>RFC 3692: protocol 253 is kept for experiments.</summary>
    private const byte ExperimentIpProtocol = 253;

    /// <summary>The layer directly inside, or null for the innermost.</summary>
    public Layer? Inner => index + 1 < layers.Count ? layers[index + 1] : null;

    /// <summary>The EtherType of what is inside, or for LLC its length (IEEE 802.3).</summary>
    public ushort EtherType(byte[] body) =>
        Inner is LlcLayer or SnapLayer ? checked((ushort)body.Length) : Inner?.EtherTypeOfThis ?? LocalExperimentEtherType;

    /// <summary>The IP protocol number of what is inside.</summary>
    public byte IpProtocol => Inner?.IpProtocolOfThis ?? ExperimentIpProtocol;

    /// <summary>The NSH next protocol of what is inside; 0xfe is the first experiment value (RFC 8300, section 9.1.5).</summary>
    public byte NshProtocol => Inner?.NshProtocolOfThis ?? 0xfe;

    /// <summary>
    /// The pseudo header of the nearest IP header outside (RFC 9293, section 3.1; RFC 8200, section 8.1),
    /// or nothing when there is none.
    /// </summary>
    public byte[] PseudoHeader(byte protocol, int lengthBytes)
    {
        byte[]? finalDestination = null;
        for (int outer = index - 1; outer >= 0; outer--)
        {
            switch (layers[outer])
            {
                case Ipv6RoutingLayer routing:
                    finalDestination ??= routing.FinalDestination;
                    break;
                case Ipv4Layer ip:
                    return [.. ip.SourceBytes, .. ip.DestinationBytes, 0, protocol, .. Bytes.Of((ushort)lengthBytes)];
                case Ipv6Layer ip:
                    return [.. ip.SourceBytes, .. finalDestination ?? ip.DestinationBytes,
                        .. Bytes.Of((uint)lengthBytes), 0, 0, 0, protocol];
            }
        }

        return [];
    }
}
