using System.Buffers.Binary;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Sfc.Replay;

/// <summary>A service function as the replay plays it.</summary>
/// <param name="Returns">False for a function that keeps every frame.</param>
/// <param name="LowersIndex">True for a function that lowers the index of the NSH or of the label.</param>
/// <param name="Rewrite">What it replaces in the packet, or null.</param>
internal sealed record PlayedFunction(bool Returns, bool LowersIndex, PacketRewrite? Rewrite)
{
    /// <summary>Plays the function on a frame, in place.</summary>
    /// <param name="frame">The frame as it was sent to the function.</param>
    /// <returns>True when the function returns it.</returns>
    public bool Apply(Span<byte> frame)
    {
        if (!Returns)
        {
            return false;
        }

        PacketParser.Parse(frame, FrameStart.Ethernet, out PacketHeaders headers);
        if (!LowersIndex && (headers.IsNsh || headers.MplsDepth > 0))
        {
            // A function that knows no encapsulation does not look behind one: to it this is no IP packet.
            return true;
        }

        int inner = 0;
        if (headers.IsNsh)
        {
            Span<byte> nsh = frame[headers.LinkHeaderLength..];
            if (NshHeader.TryRead(nsh, out NshHeader header))
            {
                inner = headers.LinkHeaderLength + header.LengthBytes;
                if (LowersIndex)
                {
                    NshHeader.SetServiceIndex(nsh, header.ServiceIndex.Next);
                }
            }
        }
        else if (headers.MplsDepth > 0 && LowersIndex)
        {
            LowerLabel(frame[headers.MplsOffset..]);
        }

        Rewrite?.Apply(frame[inner..]);
        return true;
    }

    private static void LowerLabel(Span<byte> label)
    {
        const uint OneLabel = 1u << 12;
        BinaryPrimitives.WriteUInt32BigEndian(label, BinaryPrimitives.ReadUInt32BigEndian(label) - OneLabel);
    }
}
