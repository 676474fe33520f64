using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Ports.PcapFile;
using NetworkingSfc.Dataplane.Tests.Ports.PcapFile;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Parsing;

/// <summary>Mutated frames: nothing throws, and every answer agrees with itself.</summary>
public sealed class FuzzTests
{
    private const int FullRounds = 2_000_000;
    private const int FramesPerCapture = 20;
    private const int LongestFrame = 2000;

    /// <summary>Values that mean something somewhere: versions, protocols, tag types, label bits.</summary>
    private static readonly byte[] _telling =
        [0, 1, 2, 4, 6, 8, 0x11, 0x21, 0x2b, 0x2c, 0x33, 0x3c, 0x45, 0x46, 0x4f, 0x60, 0x81, 0x84, 0x86, 0x88, 0x89, 0xa8, 0xaa, 0xdd, 0xff];

    [Fact]
    public void Mutated_composed_frames_are_safe() =>
        Run([.. ComposedFrames.All.Select(row => (row.Frame, FrameStart.Ethernet))], seed: 1);

    [Fact]
    public void Mutated_captured_frames_are_safe()
    {
        Assert.SkipUnless(Repository.HasShared, $"no captures under {SharedCapture.Folder}");
        List<(byte[] Frame, FrameStart Start)> frames = [];
        foreach (SharedCapture capture in SharedCapture.All)
        {
            using CaptureReader reader = CaptureReader.Open(capture.FullPath);
            for (int i = 0; i < FramesPerCapture && reader.TryRead(out CaptureRecord record); i++)
            {
                frames.Add((record.Data[..Math.Min(record.Data.Length, LongestFrame)].ToArray(), CaptureFraming.StartOf(record.LinkType)));
            }
        }

        Run(frames, seed: 2);
    }

    private static void Run(List<(byte[] Frame, FrameStart Start)> frames, int seed)
    {
        Random random = new(seed);
        byte[] buffer = new byte[LongestFrame];
        for (int round = LongRun.Scale(FullRounds); round > 0; round--)
        {
            (byte[] frame, FrameStart start) = frames[random.Next(frames.Count)];
            frame.CopyTo(buffer, 0);
            for (int change = random.Next(6); change > 0 && frame.Length > 0; change--)
            {
                int offset = random.Next(Math.Min(frame.Length, 100));
                buffer[offset] = random.Next(2) == 0 ? _telling[random.Next(_telling.Length)] : (byte)random.Next(256);
            }

            int length = random.Next(3) == 0 ? random.Next(frame.Length + 1) : frame.Length;
            HeadersAssert.IsSound(buffer.AsSpan(0, length), start, out _);
        }
    }
}
