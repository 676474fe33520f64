using NetworkingSfc.Control.Drivers.OpenVswitch;

namespace NetworkingSfc.Control.Drivers;

/// <summary>What a deployment says about its drivers.</summary>
public sealed record DriverOptions
{
    /// <summary>The bridge of Open vSwitch.</summary>
    public string Bridge { get; init; } = "br-int";

    /// <summary>The flows that it gets.</summary>
    public FlowDialect Dialect { get; init; } = FlowDialect.Fixed;

    /// <summary>Path of the socket at which a forwarder in another process takes orders; null for one in this process.</summary>
    public string? ForwarderSocket { get; init; }

    /// <summary>Takes what a forwarder in another process has to say, in sentences.</summary>
    public Action<string> Notice { get; init; } = _ => { };

    /// <summary>How to reach Open vSwitch.</summary>
    public SwitchPrograms Switch { get; init; } = SwitchPrograms.Default;
}
