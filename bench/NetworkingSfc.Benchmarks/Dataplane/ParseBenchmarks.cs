using BenchmarkDotNet.Attributes;
using NetworkingSfc.Dataplane.Parsing;

namespace NetworkingSfc.Benchmarks.Dataplane;

/// <summary>What does it cost to find headers and five-tuple? 16,384 frames, larger than the L2 cache beside 256 that are not.</summary>
public class ParseBenchmarks
{
    private const int Largest = 16_384;

    private byte[][] _frames = [];

    /// <summary>Frames parsed in turn.</summary>
    [Params(256, Largest)]
    public int Frames { get; set; }

    /// <summary>Family.</summary>
    [Params(false, true)]
    public bool Ipv6 { get; set; }

    [GlobalSetup]
    public void Setup() => _frames = [.. FlowFrames.Make(Frames, Math.Min(Frames, 10_000), Ipv6).Select(frame => frame.ToArray())];

    [Benchmark(OperationsPerInvoke = Largest)]
    public int Parse()
    {
        int found = 0;
        for (int round = 0; round < Largest / Frames; round++)
        {
            foreach (byte[] frame in _frames)
            {
                found += PacketParser.Parse(frame, FrameStart.Ethernet, out PacketHeaders headers) == ParseStatus.Ok ? headers.SourcePort : 0;
            }
        }

        return found;
    }
}
