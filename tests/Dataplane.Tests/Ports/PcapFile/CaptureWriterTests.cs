using System.Buffers;
using System.IO.Pipelines;
using NetworkingSfc.Dataplane.Ports.PcapFile;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports.PcapFile;

public sealed class CaptureWriterTests
{
    private static readonly byte[] _frame = [.. Enumerable.Range(0, 61).Select(value => (byte)(value * 37))];

    [Fact]
    public void The_bytes_are_those_of_the_specification()
    {
        ArrayBufferWriter<byte> buffer = new();
        using CaptureWriter writer = CaptureWriter.Create(buffer);
        Assert.Equal(0, writer.AddInterface("veth0"));
        Assert.Equal(1, writer.AddInterface("b", LinkType.RawIp));
        Assert.True(writer.TryWrite(0, 1_500_000_000_123_456_789, _frame, 1500, CaptureDirection.Inbound));
        Assert.True(writer.TryWrite(1, -1, _frame.AsSpan(0, 4), 4, CaptureDirection.Unknown));

        CaptureBytes part = new();
        CaptureBytes expected = new CaptureBytes().Section(options: [.. part.Option(4, "sfc"u8.ToArray()), .. part.Option(0)])
            .Interface(options: [.. part.Option(2, "veth0"u8.ToArray()), .. part.Option(9, 9), .. part.Option(0)])
            .Interface(101, options: [.. part.Option(2, "b"u8.ToArray()), .. part.Option(9, 9), .. part.Option(0)])
            .Enhanced(_frame, wire: 1500, ticks: 1_500_000_000_123_456_789, options: [.. part.Option(2, 1, 0, 0, 0), .. part.Option(0)])
            .Enhanced(_frame[..4], index: 1, ticks: 0);
        Assert.Equal(Convert.ToHexString(expected.ToArray()), Convert.ToHexString(buffer.WrittenSpan));
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        MemoryStream stream = new();
        List<CaptureRow> expected = [];
        Random random = new(3);
        using (CaptureWriter writer = CaptureWriter.Create(new Keep(stream)))
        {
            int interfaces = 0;
            for (int packet = 0; packet < 20_000; packet++)
            {
                if (packet % 7000 == 0)
                {
                    interfaces = writer.AddInterface($"port {packet}") + 1;
                }

                byte[] data = new byte[random.Next(0, 300)];
                random.NextBytes(data);
                CaptureRow row = new(
                    Convert.ToHexString(data), data.Length + random.Next(2), random.Next(interfaces), LinkType.Ethernet, random.NextInt64(), -1, (CaptureDirection)random.Next(3));
                Assert.True(writer.TryWrite(row.InterfaceIndex, row.Nanoseconds, data, row.WireLength, row.Direction));
                expected.Add(row);
            }

            Assert.True(writer.TryFlush());
            Assert.Null(writer.Error);
        }

        CaptureRows found = CaptureRows.Of(stream.ToArray());
        Assert.Null(found.Error);
        Assert.Equal(expected, found.Rows);
    }

    [Fact]
    public void A_classic_capture_is_read_again()
    {
        ArrayBufferWriter<byte> buffer = new();
        using (ClassicPcapWriter writer = ClassicPcapWriter.Create(buffer, LinkType.RawIp))
        {
            Assert.True(writer.TryWrite(1_500_000_000_123_456_789, _frame, 1500));
            Assert.True(writer.TryWrite(long.MaxValue, [], 0));
            Assert.True(writer.TryWrite(long.MinValue, _frame.AsSpan(0, 1), 1));
        }

        CaptureRows rows = CaptureRows.Of(buffer.WrittenSpan.ToArray());
        Assert.Null(rows.Error);
        Assert.Equal(
            [
                new CaptureRow(Convert.ToHexString(_frame), 1500, 0, 101, 1_500_000_000_123_456_789, -1, CaptureDirection.Unknown),
                new CaptureRow("", 0, 0, 101, 4_294_967_295_999_999_999, -1, CaptureDirection.Unknown),
                new CaptureRow("00", 1, 0, 101, 0, -1, CaptureDirection.Unknown),
            ],
            rows.Rows);
        Assert.Equal(
            Convert.ToHexString(new CaptureBytes().PcapHeader(0xA1B23C4D, network: 101).ToArray()),
            Convert.ToHexString(buffer.WrittenSpan[..24]));
    }

    [Fact]
    public void A_file_is_written_and_closed()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            using (ClassicPcapWriter writer = ClassicPcapWriter.Create(path))
            {
                Assert.True(writer.TryWrite(1, _frame, _frame.Length));
            }

            Assert.Single(CaptureRows.Of(CaptureReader.Open(path)).Rows);
            using (CaptureWriter writer = CaptureWriter.Create(path))
            {
                _ = writer.AddInterface("eth0");
                Assert.True(writer.TryWrite(0, 1, _frame, _frame.Length, CaptureDirection.Outbound));
                Assert.True(writer.TryWrite(0, 2, _frame, _frame.Length, CaptureDirection.Inbound));
            }

            Assert.Equal(2, CaptureRows.Of(CaptureReader.Open(path)).Rows.Count);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void An_output_that_fails_is_a_state_and_not_an_exception()
    {
        using CaptureWriter writer = CaptureWriter.Create(new MemoryStream(new byte[100_000], writable: true), "disk");
        _ = writer.AddInterface("eth0");
        int written = 0;
        while (writer.TryWrite(0, 1, _frame, _frame.Length, CaptureDirection.Inbound))
        {
            Assert.InRange(written++, 0, 100_000);
        }

        Assert.StartsWith("cannot write capture 'disk' further: ", writer.Error);
        Assert.False(writer.TryWrite(0, 1, _frame, _frame.Length, CaptureDirection.Inbound));
        Assert.False(writer.TryFlush());
    }

    [Fact]
    public void A_pipe_whose_reader_has_gone_is_such_a_state()
    {
        Pipe pipe = new();
        pipe.Reader.Complete();
        using ClassicPcapWriter writer = ClassicPcapWriter.Create(pipe.Writer);
        Assert.True(writer.TryWrite(1, _frame, _frame.Length));
        Assert.False(writer.TryFlush());
        Assert.Contains("its reader has gone", writer.Error);
    }

    [Fact]
    public void Writing_a_packet_allocates_nothing()
    {
        using CaptureWriter writer = CaptureWriter.Create(Stream.Null);
        using ClassicPcapWriter classic = ClassicPcapWriter.Create(Stream.Null);
        _ = writer.AddInterface("eth0");
        void Write()
        {
            for (int packet = 0; packet < 20_000; packet++)
            {
                _ = writer.TryWrite(0, packet, _frame, _frame.Length, CaptureDirection.Inbound) && classic.TryWrite(packet, _frame, _frame.Length);
            }
        }

        Write();
        AllocationAssert.None("pcapng and pcap", Write);
    }

    [Fact]
    public void What_no_reader_would_take_is_refused()
    {
        using CaptureWriter writer = CaptureWriter.Create(new ArrayBufferWriter<byte>());
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.TryWrite(0, 1, _frame, 1, CaptureDirection.Inbound));
        _ = writer.AddInterface("eth0");
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.TryWrite(-1, 1, _frame, 1, CaptureDirection.Inbound));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.TryWrite(0, 1, _frame, -1, CaptureDirection.Inbound));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.TryWrite(0, 1, new byte[262_145], 1, CaptureDirection.Inbound));
        Assert.Throws<ArgumentException>(() => writer.AddInterface(new string('a', 1021)));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.AddInterface("a", 65_536));
        Assert.Throws<ArgumentOutOfRangeException>(() => ClassicPcapWriter.Create(new ArrayBufferWriter<byte>(), -1));
    }

    /// <summary>Lets the writer close it without losing the bytes.</summary>
    private sealed class Keep(MemoryStream kept) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => kept.Write(buffer);
    }
}
