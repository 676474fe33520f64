using NetworkingSfc.Control.Drivers.OpenVswitch;

namespace NetworkingSfc.Control.Drivers;

/// <summary>What a deployment says about its drivers.</summary>
public sealed record DriverOptions
{
    /// <summary>The bridge of Open vSwitch.</summary>
    public string Bridge { get; init; } = "br-int";

    /// <summary>The flows that it gets.</summary>
    public FlowDialect Dialect { get; init; } = FlowDialect.Fixed;

    /// <summary>How to reach Open vSwitch.</summary>
    public SwitchPrograms Switch { get; init; } = SwitchPrograms.Default;
}
