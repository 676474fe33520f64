using System.Numerics;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Wire;
using NetworkingSfc.Dataplane.Workers;

namespace NetworkingSfc.Dataplane.Switching;

/// <summary>
/// Where a frame goes that is in no chain or has ended its path: the port of its network with its destination MAC
/// address, else with its destination IP address, else the network's uplink. Never the port it came from and, behind a
/// path, never a port of that chain. In a network that learns, a station's port counts like a port's own address, though
/// behind it, and frames to groups and to nobody known are flooded. Reads: verdict, headers. Sets: output port, or drops.
/// </summary>
internal static class SwitchStage
{
    // Answers beside ports.
    private const int Flood = -2;
    private const int SamePort = -3;

    /// <summary>Runs the stage.</summary>
    /// <param name="batch">A burst with headers removed where a path ended.</param>
    /// <param name="snapshot">The steering state.</param>
    /// <param name="worker">Has the stations, and sends the copies of flooded frames.</param>
    public static void Run(PacketBatch batch, SteeringSnapshot snapshot, WorkerContext worker)
    {
        if (batch.OpenRows == 0)
        {
            return;
        }

        worker.Copies.Begin(batch.IngressPort);
        Span<PacketDecision> decisions = batch.Decisions;
        for (ulong open = batch.OpenRows; open != 0; open &= open - 1)
        {
            int row = BitOperations.TrailingZeroCount(open);
            ref PacketDecision decision = ref decisions[row];
            if (decision.Verdict is not (Verdict.Switch or Verdict.EndOfPath))
            {
                continue;
            }

            int port = Destination(batch, row, snapshot, worker);
            decision.OutputPort = port == Flood ? Flooding.Run(batch, row, snapshot, worker) : port;
            if (decision.OutputPort < 0)
            {
                decision.Drop(port == SamePort ? DropReason.SamePort : DropReason.NoDestination);
            }
        }

        Flooding.Finish(batch, snapshot, worker);
    }

    /// <summary>Where one frame goes, in no chain or behind its path as its verdict says; to one port or nowhere.</summary>
    /// <param name="batch">The burst.</param>
    /// <param name="row">The frame.</param>
    /// <param name="snapshot">The steering state.</param>
    /// <param name="worker">Has the stations.</param>
    /// <returns>The port, or <see cref="PacketDecision.NoPort"/>.</returns>
    public static int PortFor(PacketBatch batch, int row, SteeringSnapshot snapshot, WorkerContext worker) =>
        Math.Max(Destination(batch, row, snapshot, worker), PacketDecision.NoPort);

    private static int Destination(PacketBatch batch, int row, SteeringSnapshot snapshot, WorkerContext worker)
    {
        int number = snapshot.Ports[batch.IngressPort].Network;
        if (number < 0)
        {
            return PacketDecision.NoPort;
        }

        ref readonly NetworkEntry network = ref snapshot.Networks[number];
        MacAddress destination = MacAddress.Read(batch.Arena.Frame(batch.Buffers[row]));
        LookupTable<PortAddressKey> addresses = snapshot.Addresses;
        int port = addresses.Find(new PortAddressKey(destination.Value, number, AddressKind.Mac));
        if (IsAllowed(port, batch, row, snapshot))
        {
            return port;
        }

        // Who has an address of a port is behind no other, so only the rest is learned and flooded.
        bool mayFlood = network.Learns && port == LookupTable<PortAddressKey>.Absent;
        if (mayFlood)
        {
            port = destination.IsMulticast ? Flood : StationPort(batch, row, number, destination, snapshot, worker);
            if (port != MacTable.Absent)
            {
                return port;
            }
        }

        port = ByIp(batch, row, number, snapshot);
        if (port == PacketDecision.NoPort && IsAllowed(network.UplinkPort, batch, row, snapshot))
        {
            port = network.UplinkPort;
        }

        return port == PacketDecision.NoPort && mayFlood ? Flood : port;
    }

    // Networks are numbered anew by each snapshot, so a place from before may name a port of another one: not known then.
    private static int StationPort(PacketBatch batch, int row, int network, MacAddress station, SteeringSnapshot snapshot, WorkerContext worker)
    {
        long now = worker.TimeOf(batch.Arena.Origin(batch.Buffers[row].Slot));
        int port = worker.MacTable.Find(network, station, now, snapshot.Definition.HashSeed);
        if (port == MacTable.Absent || port >= snapshot.PortCount || snapshot.Ports[port].Network != network || snapshot.Ports[port].IsOfPair)
        {
            return MacTable.Absent;
        }

        return port == batch.IngressPort ? SamePort : port;
    }

    private static int ByIp(PacketBatch batch, int row, int network, SteeringSnapshot snapshot)
    {
        ref readonly PacketHeaders headers = ref batch.HeadersOf(row);
        if (headers.IpVersion == 0 || !ShowsIp(headers, batch.Decisions[row]))
        {
            return PacketDecision.NoPort;
        }

        AddressKind kind = headers.IpVersion == 4 ? AddressKind.Ipv4 : AddressKind.Ipv6;
        int port = snapshot.Addresses.Find(new PortAddressKey(headers.DestinationAddress, network, kind));
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
