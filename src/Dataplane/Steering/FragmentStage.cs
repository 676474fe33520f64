using System.Numerics;
using NetworkingSfc.Dataplane.Fragments;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Wire;
using NetworkingSfc.Dataplane.Workers;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>
/// Gives later fragments the five-tuple of their first one, wherever a five-tuple is asked for: at rules, also those
/// behind the end of a path, and where a member is chosen. Nothing is put together. Reads: headers, verdict. Sets: ports and protocol of later fragments; holds those whose
/// first one has not come yet, and drops firsts that contradict another or find no place.
/// </summary>
/// <remarks>
/// A fragment with offset 0 and nothing to follow is a whole packet (RFC 6946) and not looked at. Duplicates of a first
/// fragment pass; one that says something else is dropped (RFC 5722: overlapping fragments are an attack).
/// </remarks>
internal static class FragmentStage
{
    /// <summary>Runs the stage.</summary>
    /// <param name="batch">A burst whose carried headers are read.</param>
    /// <param name="snapshot">The steering state.</param>
    /// <param name="worker">The fragments seen lately.</param>
    public static void Run(PacketBatch batch, SteeringSnapshot snapshot, WorkerContext worker)
    {
        ref readonly PortEntry port = ref snapshot.Ports[batch.IngressPort];
        bool hasRules = port.Classifier >= 0;
        if (!hasRules && !port.SendsEncapsulated)
        {
            return;
        }

        for (ulong rows = batch.AllRows & ~batch.CommonRows; rows != 0; rows &= rows - 1)
        {
            int row = BitOperations.TrailingZeroCount(rows);
            ref PacketHeaders headers = ref batch.HeadersOf(row);
            if ((headers.MoreFragments || headers.IsLaterFragment) && NeedsFiveTuple(batch, row, snapshot, hasRules))
            {
                Take(batch, row, snapshot, worker);
            }
        }
    }

    private static bool NeedsFiveTuple(PacketBatch batch, int row, SteeringSnapshot snapshot, bool hasRules)
    {
        ref readonly PacketHeaders headers = ref batch.HeadersOf(row);
        return headers.IpVersion != 0 && batch.Decisions[row].Verdict switch
        {
            Verdict.Deliver => true,
            Verdict.EndOfPath => snapshot.Paths[snapshot.Positions[batch.Decisions[row].Position].Path].NextRules >= 0,
            Verdict.Undecided => hasRules && headers.EtherType is EtherType.Ipv4 or EtherType.Ipv6 && !headers.IsLlc,
            _ => false,
        };
    }

    // A protocol without ports says everything in every fragment. Behind an extension header anything may follow.
    private static bool NeedsFirst(in PacketHeaders headers) => headers.Protocol switch
    {
        IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Sctp or IpProtocol.UdpLite or IpProtocol.Dccp => true,
        IpProtocol.HopByHopOptions or IpProtocol.Routing or IpProtocol.DestinationOptions or IpProtocol.Fragment => headers.IpVersion == 6,
        _ => false,
    };

    private static void Take(PacketBatch batch, int row, SteeringSnapshot snapshot, WorkerContext worker)
    {
        ref PacketHeaders headers = ref batch.HeadersOf(row);
        ref PacketDecision decision = ref batch.Decisions[row];
        ref readonly PacketOrigin origin = ref batch.Arena.Origin(batch.Buffers[row].Slot);
        ulong seed = snapshot.Definition.HashSeed;
        FragmentKey key = new(headers, batch.IngressPort, decision.Carried.Kind);
        long now = worker.TimeOf(origin);
        worker.HeldFragments.GiveUp(now);
        if (!headers.IsLaterFragment)
        {
            FirstFragment first = new(headers.SourcePort, headers.DestinationPort, headers.Protocol, ChainKey.MayPacketEnterChain(batch, row));
            switch (worker.Fragments.Remember(key, first, now, seed))
            {
                case FragmentRecord.Full:
                    decision.Drop(DropReason.FragmentTableFull);
                    break;
                case FragmentRecord.Conflicting:
                    decision.Drop(DropReason.FragmentConflict);
                    break;
                default:
                    worker.HeldFragments.Release(key, first, origin);
                    break;
            }
        }
        else if (batch.StatusOf(row) != ParseStatus.Ok || !NeedsFirst(headers))
        {
            // No five-tuple, whatever its first one has, or the same five-tuple.
        }
        else if (worker.Fragments.TryFollow(key, now, seed, out FirstFragment known))
        {
            FragmentHold.Follow(known, ref headers, ref batch.StatusOf(row));
        }
        else
        {
            worker.HeldFragments.Hold(batch, row, key, now);
            decision.Verdict = Verdict.Hold;
        }
    }
}
