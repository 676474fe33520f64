using System.IO.Compression;
using System.IO.Pipelines;
using NetworkingSfc.Dataplane.Ports.PcapFile;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports.PcapFile;

public sealed class CaptureReaderSourceTests
{
    private static readonly byte[] _file = Capture(packets: 40_000);

    private static readonly CaptureRows _expected = CaptureRows.Of(_file);

    [Fact]
    public void A_path_a_stream_and_a_pipe_give_the_same()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        System.IO.File.WriteAllBytes(path, _file);
        try
        {
            Same(CaptureRows.Of(CaptureReader.Open(path)));
        }
        finally
        {
            System.IO.File.Delete(path);
        }

        Same(CaptureRows.Of(CaptureReader.Create(PipeReader.Create(new MemoryStream(_file)))));
        Same(CaptureRows.Of(CaptureReader.Create(new PieceStream(_file, 4096))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_byte_at_a_time_gives_the_same(bool isPcapNg)
    {
        byte[] file = isPcapNg
            ? new CaptureBytes().Section().Interface().Block(0x77, new byte[99]).Enhanced(new byte[77]).Simple(new byte[5]).ToArray()
            : Capture(packets: 50);
        CaptureRows expected = CaptureRows.Of(file);
        CaptureRows found = CaptureRows.Of(CaptureReader.Create(new PieceStream(file, 1)));
        Assert.Null(found.Error);
        Assert.NotEmpty(found.Rows);
        Assert.Equal(expected.Rows, found.Rows);
        Assert.Equal(expected.Rows, CaptureRows.Of(CaptureReader.Create(new PieceStream(Compress(file), 1))).Rows);
    }

    [Fact]
    public void A_pipe_whose_writer_is_slow_is_waited_for()
    {
        Pipe pipe = new();
        Thread writer = new(() =>
        {
            for (int at = 0; at < _file.Length; at += 100_000)
            {
                _ = pipe.Writer.WriteAsync(_file.AsMemory(at, Math.Min(100_000, _file.Length - at))).AsTask().Wait(TimeSpan.FromSeconds(30));
            }

            pipe.Writer.Complete();
        });
        writer.Start();
        Same(CaptureRows.Of(CaptureReader.Create(pipe.Reader)));
        writer.Join();
    }

    [Fact]
    public void Gzip_of_one_or_several_members_is_unpacked()
    {
        Same(CaptureRows.Of(Compress(_file)));
        Same(CaptureRows.Of([.. Compress(_file[..10_001]), .. Compress([]), .. Compress(_file[10_001..])]));
        Assert.Null(CaptureRows.Of(Compress([])).Error);
    }

    [Fact]
    public void Damaged_compression_is_an_error_after_the_good_rows()
    {
        byte[] packed = Compress(_file);
        CaptureRows cut = CaptureRows.Of(packed[..(packed.Length / 2)]);
        Assert.NotNull(cut.Error);
        Assert.NotEmpty(cut.Rows);
        Assert.Equal(_expected.Rows.Take(cut.Rows.Count), cut.Rows);

        packed[packed.Length / 2] ^= 0xFF;
        CaptureRows damaged = CaptureRows.Of(packed);
        Assert.NotNull(damaged.Error);
        Assert.NotEmpty(damaged.Rows);
    }

    [Fact]
    public void Compression_cut_off_anywhere_or_followed_by_anything_is_an_error()
    {
        byte[] file = Capture(packets: 20);
        byte[] packed = [.. Compress(file), .. Compress([])];
        int rows = CaptureRows.Of(packed).Rows.Count;
        Assert.Equal(20, rows);
        for (int length = 2; length < packed.Length; length++)
        {
            // Between the members the capture is whole.
            CaptureRows cut = CaptureRows.Of(packed[..length]);
            Assert.True(length == Compress(file).Length ? cut.Error is null : cut.Error is not null, $"cut at {length}");
        }

        CaptureRows followed = CaptureRows.Of([.. packed, 0, 0, 0]);
        Assert.Equal(20, followed.Rows.Count);
        Assert.Contains("followed by other bytes", followed.Error);
    }

    [Fact]
    public void A_stream_that_fails_is_an_error_after_the_good_rows()
    {
        CaptureRows rows = CaptureRows.Of(CaptureReader.Create(new PieceStream(_file, 4096, failAt: _file.Length / 2), "disk"));
        Assert.Equal(_expected.Rows.Take(rows.Rows.Count), rows.Rows);
        Assert.True(rows.Rows.Count > 10_000);
        Assert.StartsWith("cannot read capture 'disk' further: at byte ", rows.Error);
        Assert.Contains("the cable was pulled", rows.Error);
    }

    [Fact]
    public void An_empty_input_is_an_empty_capture()
    {
        CaptureRows rows = CaptureRows.Of([]);
        Assert.Empty(rows.Rows);
        Assert.Null(rows.Error);
    }

    [Fact]
    public void The_reader_closes_what_it_reads_from()
    {
        MemoryStream stream = new(_file);
        CaptureReader reader = CaptureReader.Create(stream);
        Assert.True(reader.TryRead(out _));
        reader.Dispose();
        reader.Dispose();
        Assert.False(stream.CanRead);
        Assert.Throws<ObjectDisposedException>(() => reader.TryRead(out _));
    }

    [Fact]
    public async Task The_reader_closes_what_it_reads_from_asynchronously()
    {
        MemoryStream stream = new(Compress(_file));
        CaptureReader reader = CaptureReader.Create(stream);
        Assert.True(reader.TryRead(out _));
        await reader.DisposeAsync();
        await reader.DisposeAsync();
        Assert.False(stream.CanRead);
    }

    internal static byte[] Compress(byte[] bytes)
    {
        MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        byte[] result = packed.ToArray();

        // Of no bytes the framework writes no member at all; others write an empty one.
        return result.Length > 0 ? result : Convert.FromHexString("1F8B08000000000000030300" + "0000000000000000");
    }

    private static byte[] Capture(int packets)
    {
        Random random = new(7);
        CaptureBytes file = new CaptureBytes().PcapHeader();
        for (int packet = 0; packet < packets; packet++)
        {
            byte[] data = new byte[random.Next(14, 200)];
            random.NextBytes(data);
            file.PcapRecord(data, seconds: (uint)packet);
        }

        return file.ToArray();
    }

    private static void Same(CaptureRows found)
    {
        Assert.Null(found.Error);
        Assert.Equal(_expected.Rows, found.Rows);
    }
}
