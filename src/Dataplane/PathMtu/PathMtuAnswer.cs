using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Switching;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Wire;
using NetworkingSfc.Dataplane.Workers;

namespace NetworkingSfc.Dataplane.PathMtu;

/// <summary>
/// Tells the sender of an over-long packet what would fit: ICMP "fragmentation needed" (RFC 1191, section 4) or ICMPv6 "packet too
/// big" (RFC 4443, section 3.2), from the packet's destination, in the slot of the packet, right before the bytes it quotes.
/// </summary>
/// <remarks>
/// It goes out of the port the frame came from, with the VLAN tags as received. Where that port is an encapsulation-aware
/// function's and the frame carried a header, the function is not who has to know: the answer is an ordinary frame to the
/// sender of the inner packet and goes by the switching rules of the end of the path, so to no port of the chain; only when
/// they know no port does it go back to the function. It never enters a chain, and nothing is ever said about an ICMP
/// error, so it cannot go round.
/// </remarks>
internal static class PathMtuAnswer
{
    private const int Ipv4HeaderBytes = Ipv4Header.MinLengthBytes + IcmpHeader.LengthBytes;
    private const int Ipv6HeaderBytes = Ipv6Header.LengthBytes + Icmpv6Header.LengthBytes;

    // RFC 1812, section 4.3.2.3: as much as fits 576 bytes; RFC 4443, section 2.4: as fits the smallest MTU of IPv6.
    private const int LongestIpv4 = 576;
    private const int SmallestIpv6Mtu = 1_280;

    // RFC 1812, section 4.3.2.5: precedence of internetwork control.
    private const byte Precedence = 0xc0;
    private const byte TimeToLive = 64;

    /// <summary>Turns a frame that does not fit into the answer to it.</summary>
    /// <param name="batch">The burst.</param>
    /// <param name="row">The frame, ready to be sent.</param>
    /// <param name="snapshot">The steering state.</param>
    /// <param name="worker">The limit of the rate.</param>
    /// <returns>None when the row is now the answer, with a port; otherwise why there is none.</returns>
    public static DropReason Write(PacketBatch batch, int row, SteeringSnapshot snapshot, WorkerContext worker)
    {
        ref PacketBuffer buffer = ref batch.Buffers[row];
        ref PacketDecision decision = ref batch.Decisions[row];
        EncapsulationKind wants = decision.Verdict == Verdict.Deliver ? snapshot.Positions[decision.Position].Wants : EncapsulationKind.Plain;
        if (!OverlongPacket.TryFind(batch.Arena.Frame(buffer), wants, out OverlongPacket packet) || !packet.MayBeAnswered(decision.SentTo))
        {
            return DropReason.TooLong;
        }

        PacketHeaders headers = packet.Headers;
        bool isIpv4 = headers.IpVersion == 4;
        int added = buffer.Length - decision.LinkBytes - packet.BareBytes;
        int value = Math.Max(snapshot.Ports[decision.OutputPort].MtuBytes - added, isIpv4 ? 0 : SmallestIpv6Mtu);
        int headerBytes = isIpv4 ? Ipv4HeaderBytes : Ipv6HeaderBytes;
        int quoted = Math.Min(headers.IpEnd - headers.IpOffset, QuotedBytes(isIpv4, headerBytes, snapshot.Ports[batch.IngressPort].MtuBytes));
        int link = buffer.Start + packet.FrameOffset;
        int start = link + headers.IpOffset - headerBytes - headers.LinkHeaderLength;
        if (start < 0 || quoted < headers.IpHeaderLength)
        {
            return DropReason.TooLong;
        }

        if (!worker.AnswerRate.TryTake(worker.TimeOf(batch.Arena.Origin(buffer.Slot))))
        {
            return DropReason.TooLongUnanswered;
        }

        Span<byte> slot = batch.Arena.Slot(buffer.Slot);
        slot.Slice(link, headers.LinkHeaderLength).CopyTo(slot[start..]);
        Span<byte> answer = slot.Slice(start, headers.LinkHeaderLength + headerBytes + quoted);
        WriteLink(answer, headers, decision.SentTo);
        if (isIpv4)
        {
            WriteIpv4(answer[headers.LinkHeaderLength..], headers, value);
        }
        else
        {
            WriteIpv6(answer[headers.LinkHeaderLength..], headers, value);
        }

        buffer = new PacketBuffer { Slot = buffer.Slot, Start = start, Length = answer.Length, WireLength = answer.Length, Member = PacketBuffer.NoMember };
        Send(batch, row, snapshot, worker);
        return DropReason.None;
    }

    private static int QuotedBytes(bool isIpv4, int headerBytes, int mtu)
    {
        int longest = isIpv4 ? LongestIpv4 : SmallestIpv6Mtu;
        return (mtu > 0 ? Math.Min(mtu, longest) : longest) - headerBytes;
    }

    private static void WriteLink(Span<byte> answer, in PacketHeaders headers, MacAddress sentTo)
    {
        EthernetHeader.TryRead(answer, out EthernetHeader received);
        EthernetHeader.SetAddresses(answer, received.Source, sentTo);

        // The last type before the packet; a label we wrote is gone.
        int lastTag = headers.LinkHeaderLength - EthernetHeader.LengthBytes;
        EthernetHeader.SetEtherType(answer[lastTag..], headers.IpVersion == 4 ? EtherType.Ipv4 : EtherType.Ipv6);
    }

    private static void WriteIpv4(Span<byte> packet, in PacketHeaders about, int value)
    {
        Ipv4Header.Write(
            packet, Precedence, (ushort)packet.Length, identification: 0, Ipv4Header.DontFragmentFlag, TimeToLive, IpProtocol.Icmp,
            source: (uint)about.DestinationLow, destinationAddress: (uint)about.SourceLow);
        Ipv4Header.SetChecksum(packet, 0);
        Ipv4Header.SetChecksum(packet, InternetChecksum.Compute(packet[..Ipv4Header.MinLengthBytes]));
        Span<byte> message = packet[Ipv4Header.MinLengthBytes..];
        IcmpHeader.Write(message, IcmpHeader.DestinationUnreachable, IcmpHeader.FragmentationNeeded, (ushort)Math.Min(value, ushort.MaxValue));
        IcmpHeader.SetChecksum(message, InternetChecksum.Compute(message));
    }

    private static void WriteIpv6(Span<byte> packet, in PacketHeaders about, int value)
    {
        Span<byte> message = packet[Ipv6Header.LengthBytes..];
        Ipv6Header.Write(
            packet, Precedence, flowLabel: 0, (ushort)message.Length, IpProtocol.Icmpv6, TimeToLive,
            source: about.DestinationAddress, destinationAddress: about.SourceAddress);
        Icmpv6Header.Write(message, Icmpv6Header.PacketTooBig, 0, (uint)value);
        ulong pseudo = InternetChecksum.SumPseudoHeader(about.DestinationAddress, about.SourceAddress, IpProtocol.Icmpv6, message.Length);
        Icmpv6Header.SetChecksum(message, InternetChecksum.Finish(pseudo + InternetChecksum.Sum(message)));
    }

    private static void Send(PacketBatch batch, int row, SteeringSnapshot snapshot, WorkerContext worker)
    {
        ref PacketDecision decision = ref batch.Decisions[row];
        PacketParser.Parse(batch.Arena.Frame(batch.Buffers[row]), FrameStart.Ethernet, out batch.HeadersOf(row));
        decision.LinkBytes = ParseStage.LinkBytes(batch.HeadersOf(row));
        decision.Carried = default;
        decision.Verdict = Verdict.EndOfPath;
        int towardsSender = decision.CameWithHeader ? SwitchStage.PortFor(batch, row, snapshot, worker) : PacketDecision.NoPort;
        decision.OutputPort = towardsSender == PacketDecision.NoPort ? batch.IngressPort : towardsSender;
    }
}
