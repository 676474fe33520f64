namespace NetworkingSfc.Dataplane.Ports;

/// <summary>A kind of port.</summary>
public interface IPortDriver
{
    /// <summary>Stable name of the kind.</summary>
    string Kind { get; }

    /// <summary>The settings it takes.</summary>
    IReadOnlyList<PortSetting> Settings { get; }

    /// <summary>Reads the values without opening anything: what it refuses, <see cref="Open"/> refuses too. Called through <see cref="PortDriverCatalog.Check"/>.</summary>
    /// <param name="settings">As for <see cref="Open"/>.</param>
    /// <exception cref="PortOpenException">A value cannot be used: what was asked, what is wrong, what is accepted.</exception>
    void Check(IReadOnlyDictionary<string, string> settings);

    /// <summary>Opens a port. Called through <see cref="PortDriverCatalog.Open"/>.</summary>
    /// <param name="settings">
    /// Values by setting name, checked against <see cref="Settings"/>: no name is unknown and none that is required is
    /// missing.
    /// </param>
    /// <exception cref="PortOpenException">The port cannot be opened: what was asked, what is wrong, what is accepted.</exception>
    IPort Open(IReadOnlyDictionary<string, string> settings);
}
