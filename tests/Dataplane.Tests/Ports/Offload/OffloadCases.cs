using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using NetworkingSfc.Testing.VirtualLinks;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports.Offload;

/// <summary>Frames that a sender behind a real interface leaves to its offloads, and what a port must make of them.</summary>
internal static class OffloadCases
{
    private const int SegmentBytes = 1400;
    private const int SuperFrameBytes = 60_000;

    /// <summary>Sends unfinished frames and expects the finished ones; of what the driver does not finish, one kind.</summary>
    /// <param name="sender">A socket on the other end, with headers for offloads.</param>
    /// <param name="tags">VLAN tags in the frames.</param>
    /// <param name="finishes">What the driver finishes.</param>
    /// <param name="receive">Receives so many frames.</param>
    public static void AssertReceived(PacketSocket sender, int tags, FinishedOffloads finishes, Func<int, List<byte[]>> receive)
    {
        int ipOffset = 14 + (4 * tags);
        PacketBuilder link = new PacketBuilder().Ethernet();
        for (int tag = 0; tag < tags; tag++)
        {
            link = link.Vlan((ushort)(42 + tag));
        }

        byte[] payload = new byte[SuperFrameBytes];
        new Random(1).NextBytes(payload);
        byte[][] parts = [.. payload.Chunk(SegmentBytes)];
        List<byte[]> expected = [];
        foreach (bool isIpv4 in (bool[])[true, false])
        {
            int transportOffset = ipOffset + (isIpv4 ? 20 : 40);
            PacketBuilder Ip(int number) => isIpv4
                ? link.Ipv4("192.0.2.1", "198.51.100.2", change: header => header with { Identification = (ushort)number })
                : link.Ipv6("2001:db8::1", "2001:db8::2");

            byte[] datagram = Ip(0).Udp(1, 2).Payload(900).Build();
            byte[] left = UnfinishedFrame.Of(datagram, ipOffset, transportOffset);
            sender.Send([.. UnfinishedFrame.Header(isTcp: false, transportOffset), .. left]);
            expected.Add(finishes == FinishedOffloads.None ? left : datagram);
            if (finishes != FinishedOffloads.All)
            {
                continue;
            }

            byte[] datagrams = Ip(0).Udp(1, 2).Payload(payload).Build();
            sender.Send(
            [
                .. UnfinishedFrame.Header(isTcp: false, transportOffset, UnfinishedFrame.UdpDatagrams, SegmentBytes, transportOffset + 8),
                .. UnfinishedFrame.Of(datagrams, ipOffset, transportOffset),
            ]);
            expected.AddRange(parts.Select((part, number) => Ip(number).Udp(1, 2).Payload(part).Build()));

            byte[] whole = Ip(0).Tcp(1, 2, TcpControl.Ack | TcpControl.Psh).Payload(payload).Build();
            sender.Send(
            [
                .. UnfinishedFrame.Header(
                    isTcp: true, transportOffset, isIpv4 ? UnfinishedFrame.TcpOverIpv4 : UnfinishedFrame.TcpOverIpv6, SegmentBytes, transportOffset + 20),
                .. UnfinishedFrame.Of(whole, ipOffset, transportOffset),
            ]);
            expected.AddRange(parts.Select((part, number) =>
                Ip(number).Tcp(
                    1, 2, number == parts.Length - 1 ? TcpControl.Ack | TcpControl.Psh : TcpControl.Ack, (uint)(number * SegmentBytes)).Payload(part).Build()));
        }

        PacketAssert.SameFrames(expected, receive(expected.Count));
    }
}
