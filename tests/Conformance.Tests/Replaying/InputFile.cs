using NetworkingSfc.Dataplane.Ports.PcapFile;

namespace NetworkingSfc.Conformance.Tests.Replaying;

/// <summary>A capture that enters at a port.</summary>
/// <param name="Port">Name or id of the port.</param>
/// <param name="Packets">Its packets in file order.</param>
internal sealed record InputFile(string Port, params InputPacket[] Packets)
{
    /// <summary>Frames one nanosecond apart.</summary>
    public static InputFile Of(string port, params byte[][] frames) =>
        new(port, [.. frames.Select((frame, index) => new InputPacket(index, frame))]);

    /// <summary>Writes the capture as classic pcap, or as pcapng when asked.</summary>
    public void WriteTo(string path, bool asPcapNg = false)
    {
        if (asPcapNg)
        {
            using CaptureWriter pcapng = CaptureWriter.Create(path);
            int index = pcapng.AddInterface("tap");
            foreach (InputPacket packet in Packets)
            {
                pcapng.TryWrite(index, packet.Timestamp, packet.Frame, packet.WireLength ?? packet.Frame.Length, CaptureDirection.Unknown);
            }

            return;
        }

        using ClassicPcapWriter pcap = ClassicPcapWriter.Create(path);
        foreach (InputPacket packet in Packets)
        {
            pcap.TryWrite(packet.Timestamp, packet.Frame, packet.WireLength ?? packet.Frame.Length);
        }
    }
}

/// <summary>A packet of an input.</summary>
/// <param name="Timestamp">Nanoseconds since 1970.</param>
/// <param name="Frame">Captured bytes.</param>
/// <param name="WireLength">Length on the wire when more than was captured.</param>
internal sealed record InputPacket(long Timestamp, byte[] Frame, int? WireLength = null);
