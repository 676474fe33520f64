using System.Buffers.Binary;
using NetworkingSfc.Testing.Frames;

namespace NetworkingSfc.Dataplane.Tests.Ports.Offload;

/// <summary>
/// A frame as a sender leaves it to the offloads of an interface: with a <c>struct virtio_net_hdr</c> before it, and the sum of the pseudo-header where
/// the checksum belongs (virtio 1.2, section 5.1.6.2).
/// </summary>
internal static class UnfinishedFrame
{
    public const int HeaderBytes = 10;
    public const byte TcpOverIpv4 = 1;
    public const byte TcpOverIpv6 = 4;
    public const byte UdpDatagrams = 5;

    private const int TcpChecksum = 16;
    private const int UdpChecksum = 6;

    /// <summary>Takes a whole TCP or UDP frame back to what its sender would have left.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="ipOffset">Where its IP header begins, in bytes.</param>
    /// <param name="transportOffset">Where its TCP or UDP header begins, in bytes.</param>
    public static byte[] Of(byte[] frame, int ipOffset, int transportOffset)
    {
        byte[] unfinished = [.. frame];
        Span<byte> transport = unfinished.AsSpan(transportOffset);
        byte[] addresses = frame[ipOffset] >> 4 == 4 ? frame[(ipOffset + 12)..(ipOffset + 20)] : frame[(ipOffset + 8)..(ipOffset + 40)];
        bool isTcp = IsTcp(frame, ipOffset, transportOffset);
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, transport.Length);
        ushort sum = (ushort)~Checksum.Internet([.. addresses, 0, isTcp ? (byte)6 : (byte)17, .. length]);
        BinaryPrimitives.WriteUInt16BigEndian(transport[(isTcp ? TcpChecksum : UdpChecksum)..], sum);
        return unfinished;
    }

    /// <summary>The header that says so.</summary>
    /// <param name="isTcp">TCP, or UDP.</param>
    /// <param name="transportOffset">Where its header begins in the frame, in bytes.</param>
    /// <param name="kind">What the frame is to be cut into, or 0.</param>
    /// <param name="segmentBytes">Payload bytes of a segment.</param>
    /// <param name="headersBytes">Bytes of all headers.</param>
    public static byte[] Header(bool isTcp, int transportOffset, byte kind = 0, int segmentBytes = 0, int headersBytes = 0)
    {
        byte[] header = new byte[HeaderBytes];
        header[0] = 1;
        header[1] = kind;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(2), (ushort)headersBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(4), (ushort)segmentBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(6), (ushort)transportOffset);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)(isTcp ? TcpChecksum : UdpChecksum));
        return header;
    }

    // The protocol before the transport header: IPv4 and IPv6 without extension headers say it themselves.
    private static bool IsTcp(byte[] frame, int ipOffset, int transportOffset)
    {
        bool isIpv4 = frame[ipOffset] >> 4 == 4;
        byte protocol = isIpv4 ? frame[ipOffset + 9]
            : transportOffset == ipOffset + 40 ? frame[ipOffset + 6] : frame[ipOffset + 40];
        return protocol == 6;
    }
}
