using System.IO.Compression;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Ports.PcapFile;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports.PcapFile;

public sealed class PcapFilePortTests : PortDriverContract, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sfc-pcap-file-").FullName;

    protected override IPortDriver Driver => new PcapFilePortDriver();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    protected override PortRig Open(IReadOnlyList<byte[]> incoming) => new PcapFileRig(incoming);

    protected override PortRig OpenCongested(int frameBytes) => new PcapFileRig([], diskIsFull: true);

    [Fact]
    public void A_full_disk_is_a_fault()
    {
        using PcapFileRig rig = new([], diskIsFull: true);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        PcapFilePort port = (PcapFilePort)rig.Port;
        ITxQueue queue = port.OpenTxQueue(0, arena);

        Assert.Equal(1, queue.Transmit(Load(arena, [Frame(1)])));
        Assert.Null(port.Fault);
        Assert.False(port.TryFlush());

        Assert.Contains("cannot write", port.Fault, StringComparison.Ordinal);
        Assert.Equal(0, queue.Transmit(Load(arena, [Frame(2)])));
    }

    [Fact]
    public void A_disk_that_is_full_at_the_end_is_a_fault_of_the_disposed_port()
    {
        PcapFileRig rig = new([], diskIsFull: true);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        rig.Port.OpenTxQueue(0, arena).Transmit(Load(arena, [Frame(1)]));

        rig.Dispose();

        Assert.NotNull(rig.Port.Fault);
    }

    [Theory]
    [InlineData("out.pcap")]
    [InlineData("out.pcapng")]
    public void Frames_keep_their_times_from_file_to_file(string output)
    {
        byte[][] frames = Frames(100);
        string input = FilePath("in.pcap");
        CaptureFiles.Write(input, frames);
        using (PcapFilePort port = OpenPort(("input", input), ("output", FilePath(output))))
        {
            Copy(port);
            Assert.True(port.IsExhausted);
        }

        IReadOnlyList<(byte[] Frame, long Timestamp, CaptureDirection Direction)> records = CaptureFiles.ReadRecords(FilePath(output));
        PacketAssert.SameFrames(frames, [.. records.Select(record => record.Frame)]);
        Assert.Equal(Enumerable.Range(0, frames.Length).Select(CaptureFiles.Timestamp), records.Select(record => record.Timestamp));
        CaptureDirection expected = output.EndsWith("ng", StringComparison.Ordinal) ? CaptureDirection.Outbound : CaptureDirection.Unknown;
        Assert.All(records, record => Assert.Equal(expected, record.Direction));
    }

    [Fact]
    public void The_same_frames_give_the_same_bytes()
    {
        string input = FilePath("in.pcap");
        CaptureFiles.Write(input, Frames(100));
        foreach (string output in (string[])["a.pcapng", "b.pcapng"])
        {
            using PcapFilePort port = OpenPort(("input", input), ("output", FilePath(output)));
            Copy(port);
        }

        Assert.Equal(File.ReadAllBytes(FilePath("a.pcapng")), File.ReadAllBytes(FilePath("b.pcapng")));
    }

    [Fact]
    public void A_compressed_input_is_read()
    {
        byte[][] frames = Frames(10);
        CaptureFiles.Write(FilePath("in.pcap"), frames);
        using (GZipStream packed = new(File.Create(FilePath("in.pcap.gz")), CompressionMode.Compress))
        {
            packed.Write(File.ReadAllBytes(FilePath("in.pcap")));
        }

        using PcapFilePort port = OpenPort(("input", FilePath("in.pcap.gz")));
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);

        PacketAssert.SameFrames(frames, Drain(port.OpenRxQueue(0, arena), arena, frames.Length));
    }

    [Fact]
    public void Another_link_type_ends_the_input_with_a_fault()
    {
        CaptureFiles.Write(FilePath("in.pcap"), Frames(3), LinkType.RawIp);
        using PcapFilePort port = OpenPort(("input", FilePath("in.pcap")));
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);

        Assert.Empty(ReceiveOnce(port.OpenRxQueue(0, arena), arena));

        Assert.True(port.IsExhausted);
        Assert.Contains("link type 101; accepted is 1 (Ethernet)", port.Fault, StringComparison.Ordinal);
        Assert.Equal(0, arena.HeldCount);
    }

    [Fact]
    public void A_damaged_input_gives_the_frames_before_the_damage_and_a_fault()
    {
        byte[][] frames = Frames(3);
        string input = FilePath("in.pcap");
        CaptureFiles.Write(input, frames);
        using (FileStream file = File.OpenWrite(input))
        {
            file.SetLength(file.Length - 1);
        }

        using PcapFilePort port = OpenPort(("input", input));
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);

        PacketAssert.SameFrames(frames[..2], ReceiveOnce(port.OpenRxQueue(0, arena), arena));
        Assert.Contains("cannot read capture", port.Fault, StringComparison.Ordinal);
        Assert.True(port.IsExhausted);
    }

    [Fact]
    public void A_frame_check_sequence_is_taken_off()
    {
        byte[] frame = Frame(1);
        string input = FilePath("in.pcap");
        CaptureFiles.Write(input, [[.. frame, 0xde, 0xad, 0xbe, 0xef]]);

        // The link type field of a classic pcap: bit 26 says that a length follows, bits 28 to 31 give it in units of 16 bits.
        byte[] bytes = File.ReadAllBytes(input);
        bytes[23] = 0x24;
        File.WriteAllBytes(input, bytes);
        using PcapFilePort port = OpenPort(("input", input));
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);

        PacketAssert.SameFrames([frame], ReceiveOnce(port.OpenRxQueue(0, arena), arena));
    }

    [Fact]
    public void Without_an_output_nothing_is_taken()
    {
        CaptureFiles.Write(FilePath("in.pcap"), []);
        using PcapFilePort port = OpenPort(("input", FilePath("in.pcap")));
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);

        Assert.Equal(0, port.OpenTxQueue(0, arena).Transmit(Load(arena, [Frame(1)])));
        Assert.True(port.TryFlush());
    }

    [Fact]
    public void Without_an_input_nothing_is_received()
    {
        using PcapFilePort port = OpenPort(("output", FilePath("out.pcap")));
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);

        Assert.True(port.IsExhausted);
        Assert.Empty(ReceiveOnce(port.OpenRxQueue(0, arena), arena));
        Assert.Null(port.Fault);
    }

    [Fact]
    public void Files_that_cannot_be_used_are_explained()
    {
        CaptureFiles.Write(FilePath("in.pcap"), []);
        AssertRefused("neither 'input' nor 'output'");
        AssertRefused("cannot be read", ("input", FilePath("missing.pcap")));
        AssertRefused("cannot be read", ("input", _folder));
        AssertRefused(".pcapng or .pcap", ("output", FilePath("out.txt")));
        AssertRefused("cannot be written", ("output", FilePath("missing/out.pcap")));
        AssertRefused("two different files", ("input", FilePath("in.pcap")), ("output", FilePath("./in.pcap")));
        AssertRefused("is empty", ("input", ""));
    }

    private static void AssertRefused(string sentence, params (string Name, string Value)[] settings) =>
        Assert.Contains(sentence, Assert.Throws<PortOpenException>(() => OpenPort(settings)).Message, StringComparison.Ordinal);

    private static PcapFilePort OpenPort(params (string Name, string Value)[] settings) =>
        (PcapFilePort)PortDriverCatalog.Open("pcap-file", settings.ToDictionary(setting => setting.Name, setting => setting.Value));

    private static List<byte[]> ReceiveOnce(IRxQueue queue, PacketArena arena)
    {
        PacketBatch batch = new(arena);
        queue.Receive(batch);
        List<byte[]> frames = [];
        foreach (PacketBuffer buffer in batch.Buffers)
        {
            frames.Add(arena.Frame(buffer).ToArray());
            arena.Return(buffer.Slot);
        }

        return frames;
    }

    private static void Copy(PcapFilePort port)
    {
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        PacketBatch batch = new(arena);
        IRxQueue rx = port.OpenRxQueue(0, arena);
        ITxQueue tx = port.OpenTxQueue(0, arena);
        while (!port.IsExhausted)
        {
            rx.Receive(batch);
            Assert.Equal(batch.Count, tx.Transmit(batch.Buffers));
            batch.Begin(0);
        }
    }

    private string FilePath(string name) => Path.Combine(_folder, name);
}
