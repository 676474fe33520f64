using System.Buffers.Binary;
using System.Net;
using NetworkingSfc.Testing.Frames;

namespace NetworkingSfc.Conformance.Tests.Model;

/// <summary>Rule 13: what a function gives back.</summary>
internal static class Played
{
    /// <summary>The frame it returns, or null.</summary>
    public static byte[]? Return(ModelPair pair, byte[] sent)
    {
        string kind = pair.Kind ?? (pair.Correlation is null ? "forward" : "aware");
        if (kind is "drop" or "tap")
        {
            return null;
        }

        byte[] frame = [.. sent];
        int at = FrameReading.Read(frame).LinkBytes;
        if (kind is "aware" or "rewrite" && pair.Correlation == "nsh")
        {
            frame[at + 7]--;
        }
        else if (kind is "aware" or "rewrite" && pair.Correlation == "mpls")
        {
            BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(at), BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(at)) - (1 << 12));
        }

        if (kind != "rewrite")
        {
            return frame;
        }

        // The packet, as it would be without the header.
        Carried carried = pair.Correlation switch
        {
            "nsh" => new Carried("nsh", frame, frame[(at + (4 * (frame[at + 1] & 63)))..], at),
            "mpls" => new Carried("mpls", frame, [], at),
            _ => new Carried(null, frame, frame, 0),
        };
        byte[] bare = Headers.Remove(carried) ?? [];
        if (bare.Length < 14)
        {
            return frame;
        }

        // Who knows an encapsulation finds the packet under labels too; who knows none sees no IP packet there.
        FrameReading packet = pair.Correlation is null ? FrameReading.Read(bare) : FrameReading.ReadUnderLabels(bare);
        byte[] rewritten = Rewrite(bare, packet, pair.Replacements);
        return pair.Correlation == "mpls" ? [.. frame[..(at + 4)], .. rewritten[at..]] : [.. frame[..(frame.Length - rewritten.Length)], .. rewritten];
    }

    private static byte[] Rewrite(byte[] frame, FrameReading packet, Dictionary<string, object> replacements)
    {
        if (packet.Version == 0)
        {
            return frame;
        }

        int address = packet.Version == 4 ? 4 : 16;
        int source = packet.IpOffset + (packet.Version == 4 ? 12 : 8);
        bool hasTransport = packet.IsWhole && !packet.IsLaterFragment;
        foreach ((string name, int offset) in new[] { ("source_ip", source), ("destination_ip", source + address) })
        {
            if (replacements.TryGetValue(name, out object? value) && IPAddress.Parse((string)value).GetAddressBytes() is byte[] bytes && bytes.Length == address)
            {
                byte[] before = frame[offset..(offset + address)];
                bytes.CopyTo(frame, offset);
                if (packet.Version == 4)
                {
                    Repair(frame, packet.IpOffset + 10, before, bytes);
                }

                if (hasTransport && packet.Protocol is FrameReading.Tcp or FrameReading.Udp or FrameReading.Icmpv6)
                {
                    RepairTransport(frame, packet, before, bytes);
                }
            }
        }

        bool hasNewPort = false;
        foreach ((string name, int offset) in new[] { ("source_port", 0), ("destination_port", 2) })
        {
            if (packet.HasPorts && replacements.TryGetValue(name, out object? value))
            {
                int at = packet.TransportOffset + offset;
                byte[] before = frame[at..(at + 2)];
                BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(at), (ushort)(int)value);
                RepairTransport(frame, packet, before, frame[at..(at + 2)]);
                hasNewPort = true;
            }
        }

        if (hasNewPort && packet is { Protocol: FrameReading.Sctp, HasMoreFragments: false })
        {
            frame.AsSpan(packet.TransportOffset + 8, 4).Clear();
            BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(packet.TransportOffset + 8), Checksum.Crc32c(frame.AsSpan(packet.TransportOffset..packet.IpEnd)));
        }

        return frame;
    }

    private static void RepairTransport(byte[] frame, FrameReading packet, byte[] before, byte[] after)
    {
        int? offset = packet.Protocol switch { FrameReading.Tcp => 16, FrameReading.Udp => 6, FrameReading.Icmpv6 => 2, _ => null };
        if (offset is not int known || packet.TransportOffset + known + 2 > packet.IpEnd)
        {
            return;
        }

        int at = packet.TransportOffset + known;
        bool isUdp = packet.Protocol == FrameReading.Udp;
        if (isUdp && frame[at] == 0 && frame[at + 1] == 0)
        {
            return;
        }

        Repair(frame, at, before, after);
        if (isUdp && frame[at] == 0 && frame[at + 1] == 0)
        {
            (frame[at], frame[at + 1]) = (0xff, 0xff);
        }
    }

    // RFC 1624: the new sum is the old one less the old words and plus the new ones, in one's complement.
    private static void Repair(byte[] frame, int at, byte[] before, byte[] after)
    {
        long sum = (ushort)~BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(at));
        for (int i = 0; i < before.Length; i += 2)
        {
            sum += (ushort)~BinaryPrimitives.ReadUInt16BigEndian(before.AsSpan(i)) + BinaryPrimitives.ReadUInt16BigEndian(after.AsSpan(i));
        }

        while (sum > 0xffff)
        {
            sum = (sum & 0xffff) + (sum >> 16);
        }

        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(at), (ushort)~sum);
    }
}
