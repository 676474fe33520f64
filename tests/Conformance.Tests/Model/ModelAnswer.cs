using System.Net;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;

namespace NetworkingSfc.Conformance.Tests.Model;

/// <summary>Behaviour 25: what the sender of an over-long packet is told.</summary>
internal static class ModelAnswer
{
    private const int LongestIpv4 = 576;
    private const int LongestIpv6 = 1280;

    /// <summary>The answer, or null for none.</summary>
    /// <param name="received">The frame as received, without NSH or label of a chain.</param>
    /// <param name="mtu">What would have fitted.</param>
    public static byte[]? To(byte[] received, int mtu)
    {
        FrameReading packet = FrameReading.Read(received);
        if (packet.Version == 0 || packet.IsLaterFragment || (received[0] & 1) != 0 || packet.TransportOffset > packet.IpEnd)
        {
            return null;
        }

        string source = new IPAddress(Convert.FromHexString(packet.Source)).ToString();
        string destination = new IPAddress(Convert.FromHexString(packet.Destination)).ToString();
        int type = packet.TransportOffset < packet.IpEnd ? received[packet.TransportOffset] : -1;
        PacketBuilder answer = new PacketBuilder().Ethernet();
        if (packet.Version == 4)
        {
            bool isDontFragment = (received[packet.IpOffset + 6] & 0x40) != 0;
            bool isIcmpError = packet.Protocol == FrameReading.Icmp && type is -1 or 3 or 4 or 5 or 11 or 12;
            if (!isDontFragment || isIcmpError)
            {
                return null;
            }

            int quoted = Math.Min(packet.IpEnd - packet.IpOffset, LongestIpv4 - 28);
            answer = answer.Ipv4(destination, source, change: ip => ip with { TypeOfService = 0xc0, DontFragment = true })
                .Icmp(3, 4, (uint)mtu).Payload(received.AsMemory(packet.IpOffset, quoted));
        }
        else
        {
            if (packet.Protocol == FrameReading.Icmpv6 && type is < 128 or 137)
            {
                return null;
            }

            int quoted = Math.Min(packet.IpEnd - packet.IpOffset, LongestIpv6 - 48);
            answer = answer.Ipv6(destination, source, change: ip => ip with { TrafficClass = 0xc0 })
                .Icmpv6(2, 0, (uint)Math.Max(mtu, LongestIpv6)).Payload(received.AsMemory(packet.IpOffset, quoted));
        }

        return [.. received[6..12], .. received[..6], .. received[12..packet.LinkBytes], .. answer.Build()[14..]];
    }
}
