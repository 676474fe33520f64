using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Wire;
using NetworkingSfc.Dataplane.Workers;

namespace NetworkingSfc.Dataplane.Switching;

/// <summary>
/// Learns where stations are, in networks that do: from the source address of every frame that was received whole, also
/// of those that enter a chain. Ports of port pairs never teach, because what a function returns has somebody else's
/// source; groups' addresses and those of ports are never learned. Reads: buffers, verdict.
/// </summary>
internal static class LearnStage
{
    /// <summary>Runs the stage.</summary>
    /// <param name="batch">A parsed burst.</param>
    /// <param name="snapshot">The steering state.</param>
    /// <param name="worker">Has the table.</param>
    public static void Run(PacketBatch batch, SteeringSnapshot snapshot, WorkerContext worker)
    {
        ref readonly PortEntry port = ref snapshot.Ports[batch.IngressPort];
        if (port.IsOfPair || port.Network < 0 || !snapshot.Networks[port.Network].Learns)
        {
            return;
        }

        for (int row = 0; row < batch.Count; row++)
        {
            if (batch.Decisions[row].Verdict == Verdict.Drop)
            {
                continue;
            }

            MacAddress source = MacAddress.Read(batch.Arena.Frame(batch.Buffers[row])[MacAddress.LengthBytes..]);
            if (source.IsMulticast || source.Value == 0
                || snapshot.Addresses.Find(new PortAddressKey(source.Value, port.Network, AddressKind.Mac)) != LookupTable<PortAddressKey>.Absent)
            {
                continue;
            }

            long now = worker.TimeOf(batch.Arena.Origin(batch.Buffers[row].Slot));
            if (!worker.MacTable.Learn(port.Network, source, batch.IngressPort, now, snapshot.Definition.HashSeed))
            {
                worker.Counters.CountNotLearned();
            }
        }
    }
}
