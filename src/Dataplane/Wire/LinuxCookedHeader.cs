using System.Buffers.Binary;

namespace NetworkingSfc.Dataplane.Wire;

//  Version 1 (LINKTYPE_LINUX_SLL)
//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |          Packet type          |         Device type           |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |        Address length         |                               |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+                               +
//  |                  Link-layer address, 8 bytes                  |
//  +                               +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |                               |           Protocol            |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//
//  Version 2 (LINKTYPE_LINUX_SLL2)
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |           Protocol            |           Reserved            |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |                        Interface index                        |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |          Device type          |  Packet type  |Address length |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |                  Link-layer address, 8 bytes                  |
//  +                                                               +
//  |                                                               |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+

/// <summary>The header of Linux captures on any device (tcpdump.org link types, LINKTYPE_LINUX_SLL and _SLL2).</summary>
public readonly record struct LinuxCookedHeader
{
    /// <summary>Bytes of version 1.</summary>
    public const int LengthBytes = 16;

    /// <summary>Bytes of version 2.</summary>
    public const int VersionTwoLengthBytes = 20;

    /// <summary>Largest <see cref="Protocol"/> that is a number of the Linux kernel and no EtherType.</summary>
    public const ushort MaxKernelProtocol = 1536;

    /// <summary>Kernel protocol of a whole Ethernet frame.</summary>
    public const ushort EthernetProtocol = 3;

    /// <summary>Kernel protocol of an LLC header.</summary>
    public const ushort LlcProtocol = 4;

    /// <summary>Device type of netlink, whose messages use the protocol field for something else.</summary>
    public const ushort NetlinkDevice = 824;

    private LinuxCookedHeader(ushort deviceType, ushort protocol)
    {
        DeviceType = deviceType;
        Protocol = protocol;
    }

    /// <summary>Device type, an ARPHRD number of the Linux kernel.</summary>
    public ushort DeviceType { get; }

    /// <summary>EtherType, or a kernel protocol number up to <see cref="MaxKernelProtocol"/>.</summary>
    public ushort Protocol { get; }

    /// <summary>Reads a header of version 1.</summary>
    /// <param name="bytes">Bytes that begin with the header.</param>
    /// <param name="header">The header, zero when the answer is false.</param>
    /// <returns>False when there are fewer than <see cref="LengthBytes"/> bytes.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out LinuxCookedHeader header) =>
        TryRead(bytes, LengthBytes, deviceTypeOffset: 2, protocolOffset: 14, out header);

    /// <summary>Reads a header of version 2.</summary>
    /// <param name="bytes">Bytes that begin with the header.</param>
    /// <param name="header">The header, zero when the answer is false.</param>
    /// <returns>False when there are fewer than <see cref="VersionTwoLengthBytes"/> bytes.</returns>
    public static bool TryReadVersionTwo(ReadOnlySpan<byte> bytes, out LinuxCookedHeader header) =>
        TryRead(bytes, VersionTwoLengthBytes, deviceTypeOffset: 8, protocolOffset: 0, out header);

    private static bool TryRead(
        ReadOnlySpan<byte> bytes, int length, int deviceTypeOffset, int protocolOffset, out LinuxCookedHeader header)
    {
        if (bytes.Length < length)
        {
            header = default;
            return false;
        }

        header = new LinuxCookedHeader(
            BinaryPrimitives.ReadUInt16BigEndian(bytes[deviceTypeOffset..]),
            BinaryPrimitives.ReadUInt16BigEndian(bytes[protocolOffset..]));
        return true;
    }
}
