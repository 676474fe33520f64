using System.Buffers.Binary;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Sfc.Verify;

/// <summary>What stands in front of a packet of a chain, for rules about known differences.</summary>
internal static class CarriedFrame
{
    private const int EtherTypeBytes = 2;
    private const int TimeToLiveOffset = 3;
    private const int Ipv6 = 6;

    /// <summary>The frame without its NSH and the Ethernet header before that, or without its first label; one that has neither as it is.</summary>
    /// <param name="frame">The frame.</param>
    public static byte[] WithoutHeader(byte[] frame)
    {
        PacketParser.Parse(frame, FrameStart.Ethernet, out PacketHeaders headers);
        if (headers.IsNsh)
        {
            return NshHeader.TryRead(frame.AsSpan(headers.LinkHeaderLength), out NshHeader nsh) && frame.Length >= headers.LinkHeaderLength + nsh.LengthBytes
                ? frame[(headers.LinkHeaderLength + nsh.LengthBytes)..] : frame;
        }

        if (headers.MplsDepth == 0)
        {
            return frame;
        }

        byte[] rest = [.. frame.AsSpan(0, headers.MplsOffset), .. frame.AsSpan(headers.MplsOffset + MplsLabelEntry.LengthBytes)];
        if (headers.MplsDepth == 1 && rest.Length > headers.MplsOffset)
        {
            ushort etherType = rest[headers.MplsOffset] >> 4 == Ipv6 ? EtherType.Ipv6 : EtherType.Ipv4;
            BinaryPrimitives.WriteUInt16BigEndian(rest.AsSpan(headers.MplsOffset - EtherTypeBytes), etherType);
        }

        return rest;
    }

    /// <summary>The frame with another time to live in its first label or NSH.</summary>
    public static byte[] WithTimeToLive(byte[] frame, byte timeToLive)
    {
        PacketParser.Parse(frame, FrameStart.Ethernet, out PacketHeaders headers);
        if (headers.IsNsh)
        {
            NshHeader.SetTimeToLive(frame.AsSpan(headers.LinkHeaderLength), timeToLive);
        }
        else if (headers.MplsDepth > 0)
        {
            frame[headers.MplsOffset + TimeToLiveOffset] = timeToLive;
        }

        return frame;
    }

    /// <summary>The time to live of the first label or NSH; null for a frame with neither.</summary>
    public static byte? TimeToLive(byte[] frame)
    {
        PacketParser.Parse(frame, FrameStart.Ethernet, out PacketHeaders headers);
        return headers.IsNsh && NshHeader.TryRead(frame.AsSpan(headers.LinkHeaderLength), out NshHeader nsh) ? nsh.TimeToLive
            : headers.MplsDepth > 0 ? frame[headers.MplsOffset + TimeToLiveOffset] : null;
    }
}
