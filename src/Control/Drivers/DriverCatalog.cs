using System.Collections.Immutable;
using NetworkingSfc.Control.Drivers.Dummy;
using NetworkingSfc.Control.Drivers.Forwarder;
using NetworkingSfc.Control.Drivers.OpenVswitch;

namespace NetworkingSfc.Control.Drivers;

/// <summary>The drivers there are. A further one is a folder and a line here.</summary>
public static class DriverCatalog
{
    /// <summary>What a deployment runs that names no driver.</summary>
    public const string Default = "forwarder";

    private static readonly OrderedDictionary<string, Func<DriverOptions, IStateDriver>> _drivers = new()
    {
        ["forwarder"] = options => options.ForwarderSocket is { } socket ? RemoteForwarder.Follow(socket, options.Notice) : new ForwarderDriver(),
        ["openvswitch"] = options => new FollowingDriver(new OpenVswitchDriver(new OpenVswitchBridge(options.Switch, options.Bridge), options.Dialect)),
        ["dummy"] = _ => new DummyDriver(),
    };

    /// <summary>Their names.</summary>
    public static ImmutableArray<string> Names { get; } = [.. _drivers.Keys];

    /// <summary>Makes a driver.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="options">What drivers need to know.</param>
    public static IStateDriver Make(string name, DriverOptions options) => _drivers[name](options);
}
