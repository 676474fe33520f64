using System.Diagnostics;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Parsing;

public sealed class ParserFuzzTests(ITestOutputHelper output)
{
    private const int Seed = 1;
    private const int FrameCount = 1_000_000;

    // The last byte of each frame is the last before a page that nobody may touch: a read beyond it ends the process.
    [Fact]
    public void Parser_stays_within_a_million_mutated_frames_and_its_offsets_too()
    {
        FrameMutator mutator = new(Seed, []);
        FrameStart[] starts = Enum.GetValues<FrameStart>();
        using GuardedMemory memory = new(FrameMutator.LongestFrame);
        byte[] room = new byte[FrameMutator.LongestFrame];
        int[] statuses = new int[Enum.GetValues<ParseStatus>().Length];
        Stopwatch watch = Stopwatch.StartNew();
        for (int number = 0; number < FrameCount; number++)
        {
            int length = mutator.Next(room);
            Span<byte> frame = memory.Span[^length..];
            room.AsSpan(0, length).CopyTo(frame);

            // Mostly what the engine sees.
            FrameStart start = number % 4 > 0 ? FrameStart.Ethernet : starts[number / 4 % starts.Length];
            ParseStatus status = PacketParser.Parse(frame, start, out PacketHeaders headers);
            statuses[(int)status]++;
            if (!AreInside(headers, status, length))
            {
                Assert.Fail($"seed {Seed}, frame {number}, {start}, {status}: {Convert.ToHexString(frame)}");
            }
        }

        output.WriteLine($"{FrameCount / watch.Elapsed.TotalSeconds:n0} frames/s; {string.Join(", ", statuses.Select((count, status) => $"{(ParseStatus)status} {count}"))}");
        Assert.DoesNotContain(0, statuses);
    }

    private static bool AreInside(in PacketHeaders headers, ParseStatus status, int length) =>
        headers.LinkHeaderLength >= 0 && headers.LinkHeaderLength <= length
        && headers.IpOffset >= 0 && headers.IpOffset <= length
        && headers.IpEnd >= 0 && headers.IpEnd <= length
        && headers.TransportOffset >= 0 && (status != ParseStatus.Ok || headers.TransportOffset <= headers.IpEnd)
        && (headers.IpVersion == 0 || headers.IpOffset < headers.IpEnd)
        && (!headers.HasPorts || headers.TransportOffset + 4 <= headers.IpEnd)
        && (status != ParseStatus.Ok || headers.IpVersion is 4 or 6);
}
