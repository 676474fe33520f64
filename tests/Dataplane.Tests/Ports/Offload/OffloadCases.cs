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

    /// <summary>Sends unfinished frames and expects the finished ones.</summary>
    /// <param name="sender">A socket on the other end, with headers for offloads.</param>
    /// <param name="link">The link header of the frames that are received.</param>
    /// <param name="receive">Receives so many frames.</param>
    public static void AssertReceived(PacketSocket sender, PacketBuilder link, Func<int, List<byte[]>> receive)
    {
        const int IpOffset = 14;
        byte[] payload = new byte[SuperFrameBytes];
        new Random(1).NextBytes(payload);
        byte[][] parts = [.. payload.Chunk(SegmentBytes)];
        List<byte[]> expected = [];
        foreach (bool isIpv4 in (bool[])[true, false])
        {
            int transportOffset = IpOffset + (isIpv4 ? 20 : 40);
            PacketBuilder Ip(PacketBuilder before, int number) => isIpv4
                ? before.Ipv4("192.0.2.1", "198.51.100.2", change: header => header with { Identification = (ushort)number })
                : before.Ipv6("2001:db8::1", "2001:db8::2");
            PacketBuilder sent = new PacketBuilder().Ethernet();

            byte[] datagram = Ip(sent, 0).Udp(1, 2).Payload(900).Build();
            sender.Send([.. UnfinishedFrame.Header(isTcp: false, transportOffset), .. UnfinishedFrame.Of(datagram, IpOffset, transportOffset)]);
            expected.Add(Ip(link, 0).Udp(1, 2).Payload(900).Build());

            byte[] whole = Ip(sent, 0).Tcp(1, 2, TcpControl.Ack | TcpControl.Psh).Payload(payload).Build();
            sender.Send(
            [
                .. UnfinishedFrame.Header(
                    isTcp: true, transportOffset, isIpv4 ? UnfinishedFrame.TcpOverIpv4 : UnfinishedFrame.TcpOverIpv6, SegmentBytes, transportOffset + 20),
                .. UnfinishedFrame.Of(whole, IpOffset, transportOffset),
            ]);
            expected.AddRange(parts.Select((part, number) =>
                Ip(link, number).Tcp(
                    1, 2, number == parts.Length - 1 ? TcpControl.Ack | TcpControl.Psh : TcpControl.Ack, (uint)(number * SegmentBytes)).Payload(part).Build()));
        }

        PacketAssert.SameFrames(expected, receive(expected.Count));
    }
}
