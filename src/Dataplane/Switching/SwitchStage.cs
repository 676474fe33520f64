using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Switching;

/// <summary>
/// Where a frame goes that is in no chain or has ended its path: the port of its network with its destination MAC
/// address, else with its destination IP address, else the network's uplink. Never the port it came from and, behind a
/// path, never a port of that chain. Reads: verdict, headers. Sets: output port, or drops.
/// </summary>
internal static class SwitchStage
{
    /// <summary>Runs the stage.</summary>
    /// <param name="batch">A burst with headers removed where a path ended.</param>
    /// <param name="snapshot">The steering state.</param>
    public static void Run(PacketBatch batch, SteeringSnapshot snapshot)
    {
        for (int row = 0; row < batch.Count; row++)
        {
            ref PacketDecision decision = ref batch.Decisions[row];
            if (decision.Verdict is not (Verdict.Switch or Verdict.EndOfPath))
            {
                continue;
            }

            decision.OutputPort = PortFor(batch, row, snapshot);
            if (decision.OutputPort == PacketDecision.NoPort)
            {
                decision.Drop(DropReason.NoDestination);
            }
        }
    }

    /// <summary>Where one frame goes, in no chain or behind its path as its verdict says.</summary>
    /// <param name="batch">The burst.</param>
    /// <param name="row">The frame.</param>
    /// <param name="snapshot">The steering state.</param>
    /// <returns>The port, or <see cref="PacketDecision.NoPort"/>.</returns>
    public static int PortFor(PacketBatch batch, int row, SteeringSnapshot snapshot)
    {
        int network = snapshot.Ports[batch.IngressPort].Network;
        return network < 0 ? PacketDecision.NoPort : Destination(batch, row, snapshot, network);
    }

    private static int Destination(PacketBatch batch, int row, SteeringSnapshot snapshot, int network)
    {
        EthernetHeader.TryRead(batch.Arena.Frame(batch.Buffers[row]), out EthernetHeader ethernet);
        LookupTable<PortAddressKey> addresses = snapshot.Addresses;
        int port = addresses.Find(new PortAddressKey(ethernet.Destination.Value, network, AddressKind.Mac));
        if (IsAllowed(port, batch, row, snapshot))
        {
            return port;
        }

        ref readonly PacketHeaders headers = ref batch.Headers[row];
        if (headers.IpVersion != 0 && ShowsIp(headers, batch.Decisions[row]))
        {
            AddressKind kind = headers.IpVersion == 4 ? AddressKind.Ipv4 : AddressKind.Ipv6;
            port = addresses.Find(new PortAddressKey(headers.DestinationAddress, network, kind));
            if (IsAllowed(port, batch, row, snapshot))
            {
                return port;
            }
        }

        port = snapshot.Uplinks[network];
        return IsAllowed(port, batch, row, snapshot) ? port : PacketDecision.NoPort;
    }

    // The parser looks behind labels; a frame that still carries one is not an IP packet to anybody here.
    private static bool ShowsIp(in PacketHeaders headers, in PacketDecision decision)
    {
        int ours = decision.Carried.Kind == EncapsulationKind.Mpls ? 1 : 0;
        return headers.MplsDepth <= ours;
    }

    private static bool IsAllowed(int port, PacketBatch batch, int row, SteeringSnapshot snapshot)
    {
        if (port == PacketDecision.NoPort || port == batch.IngressPort)
        {
            return false;
        }

        ref readonly PacketDecision decision = ref batch.Decisions[row];
        if (decision.Verdict != Verdict.EndOfPath)
        {
            return true;
        }

        ref readonly PathEntry path = ref snapshot.Paths[snapshot.Positions[decision.Position].Path];
        return snapshot.ChainPorts.Slice(path.FirstChainPort, path.ChainPortCount).BinarySearch(port) < 0;
    }
}
