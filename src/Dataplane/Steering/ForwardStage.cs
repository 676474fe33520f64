using System.Numerics;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>
/// The forwarding rules for frames that carry a service path, in one file. Reads: headers. Sets: carried header, position
/// and verdict; for NSH also headers, statuses of the inner frame. The frame stays as the function sent it.
/// </summary>
/// <remarks>
/// Only what an encapsulation-aware function sends is read; the same EtherTypes from other ports are not interpreted.
/// The service index is not lowered here: the function does that (RFC 8300, section 3).
/// </remarks>
internal static class ForwardStage
{
    /// <summary>Runs the stage.</summary>
    /// <param name="batch">A parsed burst.</param>
    /// <param name="snapshot">The steering state.</param>
    public static void Run(PacketBatch batch, SteeringSnapshot snapshot)
    {
        if (!snapshot.Ports[batch.IngressPort].SendsEncapsulated)
        {
            return;
        }

        for (ulong rows = batch.AllRows & ~batch.CommonRows; rows != 0; rows &= rows - 1)
        {
            int row = BitOperations.TrailingZeroCount(rows);
            ref PacketDecision decision = ref batch.Decisions[row];
            if (decision.Verdict == Verdict.Drop)
            {
                continue;
            }

            DropReason reason = batch.HeadersOf(row).EtherType switch
            {
                EtherType.Nsh => ReadNsh(batch, row, snapshot),
                EtherType.Mpls or EtherType.MplsUpstream => ReadLabel(batch, row, snapshot),
                _ => DropReason.None,
            };
            if (reason != DropReason.None)
            {
                decision.Drop(reason);
            }
        }
    }

    private static DropReason ReadNsh(PacketBatch batch, int row, SteeringSnapshot snapshot)
    {
        Span<byte> frame = batch.Arena.Frame(batch.Buffers[row]);
        int offset = batch.HeadersOf(row).LinkHeaderLength;
        if (!NshHeader.TryRead(frame[offset..], out NshHeader nsh))
        {
            return DropReason.Malformed;
        }

        DropReason refusal = RefusalOf(nsh, frame.Length - offset);
        if (refusal != DropReason.None)
        {
            return refusal;
        }

        // RFC 8300, section 2.2: an incoming 0 counts as 64, so that it leaves as 63.
        int timeToLive = (nsh.TimeToLive == 0 ? NshHeader.MaxTimeToLive + 1 : nsh.TimeToLive) - 1;
        if (timeToLive == 0)
        {
            return DropReason.TtlExceeded;
        }

        uint servicePath = ((uint)nsh.ServicePathId.Value << 8) | nsh.ServiceIndex.Value;
        if (!TryPosition(batch, row, snapshot, EncapsulationKind.Nsh, servicePath))
        {
            return DropReason.UnknownPath;
        }

        int inner = offset + nsh.LengthBytes;
        ParseStatus status = PacketParser.Parse(frame[inner..], FrameStart.Ethernet, out batch.HeadersOf(row));
        if (status == ParseStatus.TruncatedLink)
        {
            return DropReason.Malformed;
        }

        batch.StatusOf(row) = status;
        batch.Decisions[row].SentTo = MacAddress.Read(frame[inner..]);
        batch.Decisions[row].Carried = new CarriedHeader
        {
            Kind = EncapsulationKind.Nsh,
            ServicePath = servicePath,
            HeaderOffset = offset,
            InnerOffset = inner,
            TimeToLive = (byte)timeToLive,
        };
        return DropReason.None;
    }

    // Supported: version 0, MD type 1 of 24 bytes or MD type 2, an Ethernet frame inside, no operations packet.
    private static DropReason RefusalOf(in NshHeader nsh, int availableBytes)
    {
        if (nsh.Version != 0)
        {
            return DropReason.NshVersion;
        }

        bool supported = nsh.MdType == NshMdType.FixedLength ? nsh.LengthBytes == NshHeader.MdType1LengthBytes
            : nsh.MdType == NshMdType.VariableLength;
        if (!supported)
        {
            return DropReason.NshMdType;
        }

        if (nsh.LengthBytes < NshHeader.MinLengthBytes || nsh.LengthBytes > availableBytes)
        {
            return DropReason.Malformed;
        }

        if (nsh.NextProtocol != NshNextProtocol.Ethernet)
        {
            return DropReason.NshNextProtocol;
        }

        return nsh.IsOam ? DropReason.NshOam : DropReason.None;
    }

    private static DropReason ReadLabel(PacketBatch batch, int row, SteeringSnapshot snapshot)
    {
        Span<byte> frame = batch.Arena.Frame(batch.Buffers[row]);
        int offset = batch.HeadersOf(row).LinkHeaderLength;
        if (batch.StatusOf(row) == ParseStatus.TruncatedCarrier || !MplsLabelEntry.TryRead(frame[offset..], out MplsLabelEntry entry))
        {
            return DropReason.Malformed;
        }

        if (entry.TimeToLive <= 1)
        {
            return DropReason.TtlExceeded;
        }

        uint servicePath = (uint)entry.Label;
        if (!TryPosition(batch, row, snapshot, EncapsulationKind.Mpls, servicePath))
        {
            return DropReason.UnknownPath;
        }

        batch.Decisions[row].Carried = new CarriedHeader
        {
            Kind = EncapsulationKind.Mpls,
            ServicePath = servicePath,
            HeaderOffset = offset,
            TimeToLive = (byte)(entry.TimeToLive - 1),
        };
        return DropReason.None;
    }

    private static bool TryPosition(PacketBatch batch, int row, SteeringSnapshot snapshot, EncapsulationKind carries, uint servicePath)
    {
        int position = snapshot.ServicePaths.Find(new ServicePathKey(batch.IngressPort, carries, servicePath));
        if (position == LookupTable<ServicePathKey>.Absent)
        {
            return false;
        }

        ref PacketDecision decision = ref batch.Decisions[row];
        decision.CameWithHeader = true;
        decision.Position = position;
        decision.Verdict = snapshot.Positions[position].Group == PathHop.EndOfPath ? Verdict.EndOfPath : Verdict.Deliver;
        return true;
    }
}
