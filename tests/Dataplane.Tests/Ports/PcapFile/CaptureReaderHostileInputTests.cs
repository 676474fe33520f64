using NetworkingSfc.Dataplane.Ports.PcapFile;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports.PcapFile;

public sealed class CaptureReaderHostileInputTests
{
    private const int Iterations = 100_000;

    private static readonly byte[] _frame = [.. Enumerable.Range(0, 61).Select(value => (byte)(value * 37))];

    private static readonly byte[][] _seeds =
    [
        new CaptureBytes().PcapHeader().PcapRecord(_frame).PcapRecord(_frame[..60]).PcapRecord(_frame[..14]).PcapRecord(_frame).ToArray(),
        new CaptureBytes(bigEndian: true).PcapHeader(0xA1B2CD34).PcapRecord(_frame, extra: new byte[8]).PcapRecord(_frame, extra: new byte[8])
            .PcapRecord(_frame, extra: new byte[8]).PcapRecord(_frame, extra: new byte[8]).ToArray(),
        new CaptureBytes().PcapHeader(network: 197).PcapRecord([.. new byte[8], 0x82, 0, 0, 90, 0, 0, 0, 40, 0x81, .. new byte[7], 1, .. _frame]).ToArray(),
        new CaptureBytes().Section(options: new CaptureBytes().Option(4, 1, 2, 3)).Interface(options: new CaptureBytes().Option(9, 9))
            .Enhanced(_frame, options: new CaptureBytes().Option(2, 1, 0, 0, 0)).Simple(_frame).OldPacket(_frame)
            .Block(4, new CaptureBytes().U16(1).U16(6).Padded([1, 2, 3, 4, 65, 0]).U32(0).ToArray()).Block(5, new byte[12])
            .Block(10, new byte[12]).Block(0x77, new byte[30]).ToArray(),
        new CaptureBytes(bigEndian: true).Section().Interface(139).Interface(231).Enhanced(_frame, index: 1).Enhanced(_frame).ToArray(),
    ];

    // The layout of the first two is guessed from three records, so before their end a cut may change the guess.
    [Theory]
    [InlineData(0, 24 + (3 * 16) + 61 + 60 + 14)]
    [InlineData(1, 24 + (3 * (24 + 61)))]
    [InlineData(2, 0)]
    [InlineData(3, 0)]
    [InlineData(4, 0)]
    public void Cut_off_anywhere_a_capture_gives_its_whole_rows_and_then_an_error_or_the_end(int seed, int certainFrom)
    {
        byte[] file = _seeds[seed];
        CaptureRows whole = CaptureRows.Of(file);
        Assert.Null(whole.Error);
        int clean = 0;
        for (int length = 0; length < file.Length; length++)
        {
            CaptureRows cut = CaptureRows.Of(file[..length]);
            if (length >= certainFrom)
            {
                Assert.Equal(whole.Rows.Take(cut.Rows.Count), cut.Rows);
                clean += cut.Error is null ? 1 : 0;
            }
        }

        // Nothing at all, and every boundary between records or blocks; nowhere else.
        Assert.InRange(clean, 1, 12);
    }

    [Fact]
    public void Mutated_captures_never_throw_and_always_end()
    {
        Random random = new(20_26);
        for (int iteration = 0; iteration < Iterations; iteration++)
        {
            byte[] file = [.. _seeds[random.Next(_seeds.Length)]];
            for (int change = random.Next(1, 5); change > 0; change--)
            {
                // Headers lie at the start; that is where damage has consequences.
                int at = random.Next(2) == 0 ? random.Next(Math.Min(file.Length, 100)) : random.Next(file.Length);
                file[at] = random.Next(4) switch
                {
                    0 => 0,
                    1 => 0xFF,
                    2 => (byte)(file[at] ^ (1 << random.Next(8))),
                    _ => (byte)random.Next(256),
                };
            }

            ReadToEnd(file, iteration);
        }
    }

    [Fact]
    public void Random_bytes_behind_a_magic_number_never_throw()
    {
        Random random = new(4711);
        byte[][] beginnings = [.. _seeds.Select(seed => seed[..24]), [0x1F, 0x8B, 8], []];
        for (int iteration = 0; iteration < Iterations; iteration++)
        {
            byte[] rest = new byte[random.Next(300)];
            random.NextBytes(rest);
            ReadToEnd([.. beginnings[random.Next(beginnings.Length)], .. rest], iteration);
        }
    }

    [Fact]
    public void Lengths_without_bytes_behind_them_allocate_nothing()
    {
        byte[][] files =
        [
            new CaptureBytes().PcapHeader(network: 231).PcapRecord(_frame, captured: 128 * 1024 * 1024).ToArray(),
            new CaptureBytes().Section().Interface(231).Block(6, new byte[64], length: 128 * 1024 * 1024).ToArray(),
            new CaptureBytes().Section().Interface().Block(0x77, new byte[64], length: 128 * 1024 * 1024).ToArray(),
            new CaptureBytes().Section().Interface().Block(4, new byte[64], length: 16 * 1024 * 1024).ToArray(),
        ];
        foreach (byte[] file in files)
        {
            ReadToEnd(file, 0);
            long before = GC.GetAllocatedBytesForCurrentThread();
            ReadToEnd(file, 0);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 * 1024);
        }
    }

    private static void ReadToEnd(byte[] file, int iteration)
    {
        try
        {
            using CaptureReader reader = CaptureReader.Create(new MemoryStream(file));
            long packets = 0;
            while (reader.TryRead(out CaptureRecord record))
            {
                packets++;
                Assert.True(record.Data.Length <= file.Length && packets <= file.Length, "more came out than went in");
            }
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"Iteration {iteration}: {Convert.ToHexString(file)}", failure);
        }
    }
}
