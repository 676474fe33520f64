namespace NetworkingSfc.Dataplane.Ports.Linux;

/// <summary>What the kernel says of a network interface.</summary>
/// <param name="Index">Its number; an interface of the same name made anew has another one.</param>
/// <param name="IsEthernet">Whether its frames begin with an Ethernet header (loopback not counted).</param>
/// <param name="IsUp">Whether it was set up.</param>
/// <param name="HasCarrier">Whether it is up and somebody is on the other end.</param>
/// <param name="MtuBytes">Longest packet after the Ethernet header, in bytes.</param>
internal readonly record struct LinkState(int Index, bool IsEthernet, bool IsUp, bool HasCarrier, int MtuBytes)
{
    /// <summary>Why no frame can move, as a sentence for <see cref="IPort.Fault"/>, or null.</summary>
    /// <param name="name">Name of the interface.</param>
    public string? Fault(string name) => (IsUp, HasCarrier) switch
    {
        (false, _) => DownFault(name),
        (_, false) => $"The interface '{name}' has no carrier; frames move again when its other end is up.",
        _ => null,
    };

    /// <summary>The sentence for an interface that is down.</summary>
    public static string DownFault(string name) => $"The interface '{name}' is down; frames move again when it is up.";

    /// <summary>The sentence for an interface that is not there any more.</summary>
    public static string GoneFault(string name) => $"The interface '{name}' has gone; one of the same name is taken up when it appears.";
}
