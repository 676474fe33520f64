namespace NetworkingSfc.Control.Drivers.OpenVswitch;

/// <summary>Which flows a state is rendered to.</summary>
public enum FlowDialect
{
    /// <summary>What Open vSwitch can do right: see the README of this folder.</summary>
    Fixed,

    /// <summary>What networking-sfc's agent installs, its faults included. For comparison.</summary>
    Reference,
}
