using System.Net;

namespace NetworkingSfc.Conformance.Tests.Model;

/// <summary>Behaviours 14 and 19: does a classifier take a packet.</summary>
internal static class RuleMatch
{
    public static bool Matches(ModelClassifier classifier, FrameReading packet, bool reverse)
    {
        byte? protocol = classifier.Protocol switch
        {
            "tcp" => FrameReading.Tcp,
            "udp" => FrameReading.Udp,
            "icmp" => classifier.IsIpv6 ? FrameReading.Icmpv6 : FrameReading.Icmp,
            _ => null,
        };
        (int lowest, int highest) = classifier.Ports ?? (0, ushort.MaxValue);
        int port = reverse ? packet.SourcePort : packet.DestinationPort;
        return packet.Version == (classifier.IsIpv6 ? 6 : 4)
            && (protocol ?? packet.Protocol) == packet.Protocol
            && Holds(classifier.Source, reverse ? packet.Destination : packet.Source)
            && Holds(classifier.Destination, reverse ? packet.Source : packet.Destination)
            && port >= lowest && port <= highest;
    }

    // Bit by bit, on text.
    private static bool Holds(string? prefix, string hexAddress)
    {
        if (prefix is null)
        {
            return true;
        }

        string[] parts = prefix.Split('/');
        string Bits(byte[] bytes) => string.Concat(bytes.Select(value => Convert.ToString(value, 2).PadLeft(8, '0')));
        int length = int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture);
        return Bits(Convert.FromHexString(hexAddress))[..length] == Bits(IPAddress.Parse(parts[0]).GetAddressBytes())[..length];
    }
}
