using System.Buffers.Binary;
using NetworkingSfc.Testing.Frames;

namespace NetworkingSfc.Dataplane.Tests.Ports.Offload;

/// <summary>Checks the checksums of IPv4 and of TCP and UDP by plain sums, apart from the product's code.</summary>
internal static class TransportChecksum
{
    /// <summary>What is wrong with a frame, or null. Frames that are not TCP or UDP right behind IP have nothing wrong.</summary>
    public static string? Complaint(ReadOnlySpan<byte> frame)
    {
        int ip = 14;
        ushort type = BinaryPrimitives.ReadUInt16BigEndian(frame[12..]);
        while (type == 0x8100)
        {
            type = BinaryPrimitives.ReadUInt16BigEndian(frame[(ip + 2)..]);
            ip += 4;
        }

        if (type is not (0x0800 or 0x86dd))
        {
            return null;
        }

        bool isIpv4 = type == 0x0800;
        int headerBytes = isIpv4 ? (frame[ip] & 15) * 4 : 40;
        int length = isIpv4 ? BinaryPrimitives.ReadUInt16BigEndian(frame[(ip + 2)..]) : 40 + BinaryPrimitives.ReadUInt16BigEndian(frame[(ip + 4)..]);
        if (length > frame.Length - ip)
        {
            return $"the packet of {length} bytes is longer than its frame of {frame.Length}";
        }

        if (isIpv4 && Checksum.Internet(frame.Slice(ip, headerBytes)) != 0)
        {
            return "the checksum of IPv4";
        }

        byte protocol = frame[ip + (isIpv4 ? 9 : 6)];
        if (protocol is not (6 or 17))
        {
            return null;
        }

        ReadOnlySpan<byte> transport = frame[(ip + headerBytes)..(ip + length)];
        ReadOnlySpan<byte> addresses = isIpv4 ? frame.Slice(ip + 12, 8) : frame.Slice(ip + 8, 32);
        byte[] covered = [.. addresses, 0, protocol, (byte)(transport.Length >> 24), (byte)(transport.Length >> 16), (byte)(transport.Length >> 8), (byte)transport.Length, .. transport];
        return Checksum.Internet(covered) == 0 ? null : $"the checksum of protocol {protocol}";
    }
}
