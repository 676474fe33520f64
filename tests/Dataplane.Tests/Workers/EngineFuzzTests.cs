using System.Diagnostics;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Tests.Parsing;
using NetworkingSfc.Dataplane.Tests.Ports;
using NetworkingSfc.Dataplane.Tests.Steering;
using NetworkingSfc.Dataplane.Workers;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Workers;

/// <summary>Mutated frames into every port of a worker whose functions are of all kinds.</summary>
public sealed class EngineFuzzTests(ITestOutputHelper output)
{
    private const int Seed = 7;
    private const int FramesBetweenChecks = 10_000;

    private static readonly TestChain _chain = new(
        new TestHop(EncapsulationKind.Plain, 1, 1),
        new TestHop(EncapsulationKind.Nsh, 1, 1),
        new TestHop(EncapsulationKind.Mpls, 1, 2),
        new TestHop(EncapsulationKind.Nsh, 1),
        new TestHop(EncapsulationKind.Mpls, 1),
        new TestHop(EncapsulationKind.Plain, 1))
    {
        IsSymmetric = true,
    };

    [Fact]
    public void Ten_million_mutated_frames_are_all_accounted_for()
    {
        SteeringDefinition definition = Definition();
        FrameMutator mutator = new(Seed, Carrying());
        SteeringSnapshot snapshot = SteeringSnapshotBuilder.Build(definition);
        using Worker worker = new(new SnapshotCell(snapshot), 256, FrameMutator.LongestFrame);
        byte[] last = new byte[FrameMutator.LongestFrame];
        int lastLength = 0;
        LoadPort[] ports = [.. definition.Ports.Select(_ => new LoadPort(room =>
        {
            lastLength = mutator.Next(room);
            room[..lastLength].CopyTo(last);
            return lastLength;
        }))];
        for (int number = 0; number < ports.Length; number++)
        {
            worker.Attach(number, ports[number], 0);
        }

        int frames = LongRun.Scale(10_000_000);
        Random random = new(Seed);
        Stopwatch watch = Stopwatch.StartNew();
        for (int done = 0; done < frames; done += FramesBetweenChecks)
        {
            for (int share = 0; share < FramesBetweenChecks; share += 100)
            {
                ports[random.Next(ports.Length)].Budget += 100;
            }

            try
            {
                while (worker.RunOnce() > 0)
                {
                }
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"seed {Seed}, in the batch before frame {worker.Counters.Received}, which ends with {Convert.ToHexString(last, 0, lastLength)}", exception);
            }

            worker.GiveUpHeld();
            CheckSumLaw(worker, ports, done + FramesBetweenChecks);
        }

        output.WriteLine($"{frames / watch.Elapsed.TotalSeconds:n0} frames/s, {worker.Counters.Sent:n0} of {worker.Counters.Received:n0} sent");
        Assert.InRange(worker.Counters.Sent, frames / 4, frames);
        snapshot.Retire(newer: null);
    }

    /// <summary>A chain of all kinds with narrow ports.</summary>
    internal static SteeringDefinition Definition() => WithLimits(_chain.Definition());

    private static void CheckSumLaw(Worker worker, LoadPort[] ports, long received)
    {
        long dropped = 0;
        foreach (long count in worker.Counters.Dropped)
        {
            dropped += count;
        }

        string where = $"seed {Seed}, after {received} frames";
        Assert.True(worker.Counters.Received == received, $"{where}: {worker.Counters.Received} received");
        Assert.True(worker.Counters.Received + worker.Counters.Generated == worker.Counters.Sent + dropped + worker.Arena.HeldCount,
            $"{where}: {worker.Counters.Sent} sent, {dropped} dropped, {worker.Arena.HeldCount} held");
        Assert.True(worker.Arena.HeldCount == 0, $"{where}: {worker.Arena.HeldCount} slots lost");
        Assert.True(worker.Counters.Sent == ports.Sum(port => port.SentFrames), $"{where}: ports saw {ports.Sum(port => port.SentFrames)}");
        Assert.True(ports.Sum(port => port.EmptyFrames) == 0, $"{where}: an empty frame was sent");
    }

    // Frames as each aware function of either direction sends them, so that mutations begin at something that is accepted.
    internal static List<byte[]> Carrying()
    {
        List<byte[]> frames = [];
        foreach (TestFrame frame in TestFrame.All)
        {
            for (int index = 255; index >= 248; index--)
            {
                foreach ((uint nsh, uint mpls) in new[] { ((uint)TestChain.PathId, (uint)TestChain.PathId), ((uint)TestChain.ReversePathId, (uint)TestChain.ReverseMplsPathId) })
                {
                    frames.Add(new PacketBuilder().Ethernet().Nsh(nsh, (byte)index).Append(frame.Original()).Build());
                    frames.Add(frame.Labelled(TestChain.Mac(1), TestChain.Mac(0), (mpls << 8) | (uint)index, ttl: 9).Build());
                }
            }

            frames.Add(frame.Original().Build());
        }

        return frames;
    }

    private static SteeringDefinition WithLimits(SteeringDefinition definition) => definition with
    {
        Ports = [.. definition.Ports.Select((port, number) => number % 5 == 4 ? port with { MtuBytes = 150 } : port)],
    };
}
