using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Tests.Parsing;
using NetworkingSfc.Dataplane.Tests.Ports;
using NetworkingSfc.Dataplane.Workers;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Workers;

/// <summary>
/// Two workers get the same mutated frames. One remembers flows; the other is given a new snapshot before every step and
/// decides each packet anew. Not a byte, a port or a counter may differ.
/// </summary>
public sealed class FastPathFuzzTests(ITestOutputHelper output)
{
    private const int Seed = 11;
    private const int FramesBetweenChecks = 20_000;

    [Fact]
    public void Hundred_million_mutated_frames_go_the_same_way_remembered_or_not()
    {
        SteeringDefinition definition = EngineFuzzTests.Definition();
        using Side remembers = new(definition);
        using Side decides = new(definition);
        Random random = new(Seed);
        int frames = LongRun.Scale(100_000_000);
        for (int done = 0; done < frames; done += FramesBetweenChecks)
        {
            for (int share = 0; share < FramesBetweenChecks; share += 100)
            {
                int port = random.Next(definition.Ports.Length);
                remembers.Step(port, 100, isAnew: false);
                decides.Step(port, 100, isAnew: true);
            }

            Assert.True(remembers.Summary() == decides.Summary(), $"seed {Seed}, in the {FramesBetweenChecks} frames before {done + FramesBetweenChecks}:\n{remembers.Summary()}\n{decides.Summary()}");
        }

        output.WriteLine($"{remembers.Recalled:n0} of {frames:n0} recalled");
        Assert.InRange(remembers.Recalled, frames / 20, frames);

        // Fragments that waited for a first one of the same step.
        Assert.InRange(decides.Recalled, 0, frames / 100_000);
    }

    private sealed class Side : IDisposable
    {
        private readonly SteeringSnapshot[] _snapshots;
        private readonly SnapshotCell _cell;
        private readonly Worker _worker;
        private readonly LoadPort[] _ports;
        private int _published;

        public Side(SteeringDefinition definition)
        {
            _snapshots = [SteeringSnapshotBuilder.Build(definition), SteeringSnapshotBuilder.Build(definition)];
            _cell = new SnapshotCell(_snapshots[0]);
            _worker = new Worker(_cell, 256, FrameMutator.LongestFrame, clock: null, flows: 4_096);
            FrameMutator mutator = new(Seed, EngineFuzzTests.Carrying());
            _ports = [.. definition.Ports.Select(_ => new LoadPort(room => mutator.Next(room)) { IsDigesting = true })];
            for (int number = 0; number < _ports.Length; number++)
            {
                _worker.Attach(number, _ports[number], 0);
            }
        }

        public long Recalled => _worker.Statistics.FlowsRecalled;

        public void Step(int port, int frames, bool isAnew)
        {
            _ports[port].Budget += frames;
            do
            {
                if (isAnew)
                {
                    _cell.Publish(_snapshots[++_published % 2]);
                }
            }
            while (_worker.RunOnce() > 0);
            _worker.GiveUpHeld();
        }

        public string Summary()
        {
            WorkerCounters counters = _worker.Counters;
            return $"{counters.Received} {counters.Sent} {counters.Generated} {string.Join(',', counters.Dropped.ToArray())} {string.Join(',', counters.Entered.ToArray())} "
                + $"{string.Join(',', counters.Steered.ToArray())} {string.Join(',', counters.SentByPort.ToArray())} {string.Join(',', _ports.Select(port => $"{port.Digest:x}"))}";
        }

        public void Dispose()
        {
            _worker.Dispose();
            Array.ForEach(_snapshots, snapshot => snapshot.Retire(newer: null));
        }
    }
}
