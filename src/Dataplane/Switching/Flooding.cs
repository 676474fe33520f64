using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Wire;
using NetworkingSfc.Dataplane.Workers;

namespace NetworkingSfc.Dataplane.Switching;

/// <summary>
/// Sends a frame to all ports of its network that may have its destination behind them: not the one it came from, and no
/// port of a port pair, because a function that passes on what it gets would send it round for ever. Only who asks for
/// the address of such a port (ARP, RFC 826; neighbour solicitation, RFC 4861) reaches it, and not from another such port.
/// </summary>
internal static class Flooding
{
    /// <summary>Sends copies to all of them but the last.</summary>
    /// <param name="batch">The burst.</param>
    /// <param name="row">The frame.</param>
    /// <param name="snapshot">The steering state.</param>
    /// <param name="worker">Has the slots and the batch for copies.</param>
    /// <returns>The last one, for the frame itself, or <see cref="PacketDecision.NoPort"/>.</returns>
    public static int Run(PacketBatch batch, int row, SteeringSnapshot snapshot, WorkerContext worker)
    {
        ref readonly NetworkEntry network = ref snapshot.Networks[snapshot.Ports[batch.IngressPort].Network];
        ReadOnlySpan<int> ports = snapshot.FloodPorts.Slice(network.FirstFloodPort, network.FloodPortCount);
        int pending = PacketDecision.NoPort;
        bool isLeftOut = false;
        foreach (int port in ports)
        {
            if (port != batch.IngressPort)
            {
                isLeftOut |= !TrySend(pending, batch, row, snapshot, worker);
                pending = port;
            }
        }

        int asked = AskedFor(batch, row, snapshot);
        if (asked != PacketDecision.NoPort)
        {
            isLeftOut |= !TrySend(pending, batch, row, snapshot, worker);
            pending = asked;
        }

        if (isLeftOut && !IsTooLong(batch, row, snapshot.Ports[pending].MtuBytes))
        {
            // The frame itself goes out, so the copies that did not tell of themselves.
            PacketDecision copy = batch.Decisions[row];
            copy.IsCopy = true;
            worker.Counters.CountGenerated();
            worker.Counters.CountDropped(DropReason.TooLong);
            worker.Tracer?.Dropped(batch, batch.Buffers[row], copy, DropReason.TooLong);
        }

        return pending;
    }

    /// <summary>Sends what <see cref="Run"/> has left in the batch for copies.</summary>
    /// <param name="batch">The burst.</param>
    /// <param name="snapshot">The steering state.</param>
    /// <param name="worker">Has the batch for copies, queues and counters.</param>
    public static void Finish(PacketBatch batch, SteeringSnapshot snapshot, WorkerContext worker)
    {
        TransmitStage.Run(worker.Copies, snapshot, worker);
        worker.Copies.Begin(batch.IngressPort);
    }

    // False when the frame does not fit the port: one drop for all of these is enough.
    private static bool TrySend(int port, PacketBatch batch, int row, SteeringSnapshot snapshot, WorkerContext worker)
    {
        if (port == PacketDecision.NoPort)
        {
            return true;
        }

        if (IsTooLong(batch, row, snapshot.Ports[port].MtuBytes))
        {
            return false;
        }

        if (worker.Copies.Free == 0)
        {
            Finish(batch, snapshot, worker);
        }

        if (CopyStage.TryCopy(batch, row, worker))
        {
            ref PacketDecision copy = ref worker.Copies.Decisions[^1];
            copy.Verdict = Verdict.Switch;
            copy.OutputPort = port;
        }

        return true;
    }

    private static bool IsTooLong(PacketBatch batch, int row, int mtu) =>
        mtu > 0 && batch.Buffers[row].Length - batch.Decisions[row].LinkBytes > mtu;

    // The port of a pair whose address somebody asks for.
    private static int AskedFor(PacketBatch batch, int row, SteeringSnapshot snapshot)
    {
        ref readonly PortEntry from = ref snapshot.Ports[batch.IngressPort];
        if (from.IsOfPair || !TryTarget(batch, row, out UInt128 target, out AddressKind kind))
        {
            return PacketDecision.NoPort;
        }

        int port = snapshot.Addresses.Find(new PortAddressKey(target, from.Network, kind));
        return port != LookupTable<PortAddressKey>.Absent && snapshot.Ports[port].IsOfPair ? port : PacketDecision.NoPort;
    }

    private static bool TryTarget(PacketBatch batch, int row, out UInt128 target, out AddressKind kind)
    {
        ref readonly PacketHeaders headers = ref batch.HeadersOf(row);
        ReadOnlySpan<byte> frame = batch.Arena.Frame(batch.Buffers[row]);
        if (headers.EtherType == EtherType.Arp && ArpHeader.TryRead(frame[headers.LinkHeaderLength..], out ArpHeader arp) && arp.Operation == ArpHeader.Request)
        {
            (target, kind) = (arp.TargetAddress, AddressKind.Ipv4);
            return true;
        }

        kind = AddressKind.Ipv6;
        bool isMessage = headers.IpVersion == 6 && headers.Protocol == IpProtocol.Icmpv6 && batch.StatusOf(row) == ParseStatus.Ok && !headers.IsLaterFragment;
        return Icmpv6Header.TryReadSolicited(isMessage ? frame[headers.TransportOffset..headers.IpEnd] : [], out target);
    }
}
