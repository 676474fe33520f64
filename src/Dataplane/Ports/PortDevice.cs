using System.Collections.Immutable;

namespace NetworkingSfc.Dataplane.Ports;

/// <summary>What a driver can open: a kind of port with its settings. Compared by value, whatever the order of the settings.</summary>
public sealed record PortDevice
{
    /// <summary>Makes a device. Nothing is opened, and nothing is checked.</summary>
    /// <param name="kind">Kind of a driver in <see cref="PortDriverCatalog"/>.</param>
    /// <param name="settings">Values by setting name; each name once.</param>
    public PortDevice(string kind, IEnumerable<KeyValuePair<string, string>> settings)
    {
        Kind = kind;
        Settings = settings.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    /// <summary>Kind of the driver.</summary>
    public string Kind { get; }

    /// <summary>Values by setting name, in ordinal order of the names.</summary>
    public ImmutableSortedDictionary<string, string> Settings { get; }

    /// <inheritdoc/>
    public bool Equals(PortDevice? other) => other is not null && Kind == other.Kind && Settings.SequenceEqual(other.Settings);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(Kind, StringComparer.Ordinal);
        foreach ((string name, string value) in Settings)
        {
            hash.Add(name, StringComparer.Ordinal);
            hash.Add(value, StringComparer.Ordinal);
        }

        return hash.ToHashCode();
    }

    /// <summary>The device as people write it: its kind, and its settings behind it.</summary>
    public override string ToString() => string.Join(' ', Settings.Select(setting => $"{setting.Key}={setting.Value}").Prepend(Kind));
}
