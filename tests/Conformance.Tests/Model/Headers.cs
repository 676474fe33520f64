using System.Buffers.Binary;

namespace NetworkingSfc.Conformance.Tests.Model;

/// <summary>Behaviours 1 to 3, 6 and 6a: the bytes of a frame for its next hop.</summary>
internal static class Headers
{
    /// <summary>The frame without header, or null when it cannot be told what it would be.</summary>
    public static byte[]? Remove(Carried carried)
    {
        if (carried.Kind != "mpls")
        {
            return carried.Kind is null ? carried.Frame : carried.Inner;
        }

        byte[] link = carried.Frame[..carried.HeaderOffset];
        byte[] rest = carried.Frame[(carried.HeaderOffset + 4)..];
        bool isBottom = (carried.Frame[carried.HeaderOffset + 2] & 1) != 0;
        ushort? type = !isBottom ? FrameReading.Mpls : rest.Length == 0 ? null : (rest[0] >> 4) switch { 4 => FrameReading.Ipv4, 6 => FrameReading.Ipv6, _ => null };
        return type is ushort known ? [.. link[..^2], (byte)(known >> 8), (byte)known, .. rest] : null;
    }

    /// <summary>The frame as the next hop gets it.</summary>
    public static byte[] ForHop(Carried carried, byte[] bare, string? wants, byte[] mac, Position position, uint index, byte[] forwarder)
    {
        byte[] words = new byte[8];
        if (wants is not null && wants == carried.Kind)
        {
            byte[] kept = wants == "nsh" ? [.. mac, .. forwarder, .. carried.Frame[12..]] : [.. mac, .. carried.Frame[6..]];
            int at = carried.HeaderOffset;
            if (wants == "nsh")
            {
                kept[at + 7] = (byte)index;
            }
            else
            {
                // The index is the lower eight of the label's twenty bits.
                kept[at + 1] = (byte)((kept[at + 1] & 0xf0u) | (index >> 4));
                kept[at + 2] = (byte)((kept[at + 2] & 0x0fu) | (index << 4));
            }

            return kept;
        }

        if (wants == "nsh")
        {
            // Version 0, TTL 63, six words, MD type 1, an Ethernet frame inside; four context words of zeros.
            BinaryPrimitives.WriteUInt32BigEndian(words, 63u << 22 | 6u << 16 | 1u << 8 | 3u);
            BinaryPrimitives.WriteUInt32BigEndian(words.AsSpan(4), (uint)position.NshPath << 8 | index);
            return [.. mac, .. forwarder, 0x89, 0x4f, .. words, .. new byte[16], .. bare];
        }

        if (wants is null)
        {
            return [.. mac, .. bare[6..]];
        }

        int link = FrameReading.Read(bare).LinkBytes;
        BinaryPrimitives.WriteUInt32BigEndian(words, ((uint)position.LabelPath << 8 | index) << 12 | 1u << 8 | index);
        return [.. mac, .. bare[6..(link - 2)], 0x88, 0x47, .. words[..4], .. bare[link..]];
    }
}
