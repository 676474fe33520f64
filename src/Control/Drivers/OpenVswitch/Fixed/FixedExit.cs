using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Control.Drivers.OpenVswitch.Fixed;

/// <summary>
/// Where frames go that have ended a path (rule 1): the port of their network that has their destination address, by
/// Ethernet and then by IP; the uplink; else as the switch sends any frame. Never to a port of the chain's functions.
/// </summary>
internal static class FixedExit
{
    /// <summary>Adds the tables.</summary>
    public static void AddTo(OpenFlowProgramBuilder program, FixedBridge bridge, SteeringDefinition definition, IEnumerable<FixedPath> paths)
    {
        Add(FixedTables.ExitByMac, 0, FlowMatch.Any, $"resubmit(,{FixedTables.ExitByAddress})");
        Add(FixedTables.ExitByAddress, 0, FlowMatch.Any, $"resubmit(,{FixedTables.ExitElsewhere})");
        Add(FixedTables.ExitElsewhere, 0, FlowMatch.Any, "normal");
        foreach ((_, PortDefinition port, int number) in bridge.Ports)
        {
            FlowMatch network = FlowMatch.Any.With("reg3", port.Network + 1);
            Add(FixedTables.ExitByMac, 1, network.With("dl_dst", port.Mac.ToString()), $"output:{number}");
            foreach (PortAddress address in port.Addresses)
            {
                Add(FixedTables.ExitByAddress, 1, WithAddress(network, address), $"output:{number}");
            }
        }

        for (int network = 0; network < definition.Networks.Length; network++)
        {
            if (bridge.NumberOf(definition.Networks[network].UplinkPort) is { } uplink)
            {
                Add(FixedTables.ExitElsewhere, 1, FlowMatch.Any.With("reg3", network + 1), $"output:{uplink}");
            }
        }

        foreach (PathDefinition path in paths.Select(path => path.Definition))
        {
            FlowMatch ended = FlowMatch.Any.With("reg1", FixedTables.Exit(path));
            foreach (PortDefinition port in path.ChainPorts.Select(port => definition.Ports[port]))
            {
                FlowMatch match = ended.With("reg3", port.Network + 1);
                Add(FixedTables.ExitByMac, 2, match.With("dl_dst", port.Mac.ToString()), $"resubmit(,{FixedTables.ExitByAddress})");
                foreach (PortAddress address in port.Addresses)
                {
                    Add(FixedTables.ExitByAddress, 2, WithAddress(match, address), $"resubmit(,{FixedTables.ExitElsewhere})");
                }
            }
        }

        void Add(int table, int priority, FlowMatch match, string actions) => program.Add(new FlowEntry(table, priority, match.ToString(), actions));
    }

    private static FlowMatch WithAddress(FlowMatch match, PortAddress address)
    {
        IpAddressValue value = new(address.IsIpv6 ? IpFamily.IPv6 : IpFamily.IPv4, address.Value);
        return address.IsIpv6 ? match.With("eth_type=0x86dd").With("ipv6_dst", value.ToString()) : match.With("eth_type=0x0800").With("nw_dst", value.ToString());
    }
}
