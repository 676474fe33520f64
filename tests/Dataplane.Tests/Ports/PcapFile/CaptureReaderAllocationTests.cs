using NetworkingSfc.Dataplane.Ports.PcapFile;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports.PcapFile;

public sealed class CaptureReaderAllocationTests
{
    private const int Packets = 60_000;

    public static TheoryData<string> Formats => ["pcap", "pcapng", "pcapng with options"];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Reading_a_packet_allocates_nothing(string format)
    {
        // Several buffers long, so that records lie across their ends.
        using CaptureReader reader = CaptureReader.Create(new MemoryStream(Repeat(format)));
        for (int packet = 0; packet < Packets / 2; packet++)
        {
            Assert.True(reader.TryRead(out _));
        }

        int read = 0;
        AllocationAssert.None(format, () =>
        {
            while (read < Packets / 3 && reader.TryRead(out _))
            {
                read++;
            }
        });

        // Not to the end: there the buffer goes back to its pool, which makes room for it the first time.
        Assert.Equal(Packets / 3, read);
        while (reader.TryRead(out _))
        {
            read++;
        }


        Assert.Equal(Packets / 2, read);
        Assert.Null(reader.Error);
    }

    private static byte[] Repeat(string format)
    {
        byte[] frame = new byte[61];
        (CaptureBytes head, CaptureBytes packet) = format switch
        {
            "pcap" => (new CaptureBytes().PcapHeader(), new CaptureBytes().PcapRecord(frame)),
            "pcapng" => (new CaptureBytes().Section().Interface(), new CaptureBytes().Enhanced(frame)),
            _ => (new CaptureBytes().Section().Interface(), new CaptureBytes().Enhanced(frame, options: new CaptureBytes().Option(2, 1, 0, 0, 0))),
        };
        byte[] one = packet.ToArray();
        return [.. head.ToArray(), .. Enumerable.Repeat(one, Packets).SelectMany(bytes => bytes)];
    }
}
