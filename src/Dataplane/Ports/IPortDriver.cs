namespace NetworkingSfc.Dataplane.Ports;

/// <summary>A kind of port.</summary>
public interface IPortDriver
{
    /// <summary>Stable name of the kind.</summary>
    string Kind { get; }

    /// <summary>The settings it takes, for messages to people: name and meaning.</summary>
    IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>Opens a port.</summary>
    /// <param name="settings">Values by setting name; names were checked against <see cref="Settings"/>.</param>
    /// <exception cref="PortOpenException">The port cannot be opened: what was asked, what is wrong, what is accepted.</exception>
    IPort Open(IReadOnlyDictionary<string, string> settings);
}
