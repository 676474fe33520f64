using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.State;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Workers;
using NetworkingSfc.Sfc.Replay;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Model;

/// <summary>Random states and frames through the replay and through the model: every crossing and every count must agree.</summary>
public sealed class DifferentialTests
{
    private const int Packets = 48;
    private const int FirstSeed = 7_000;

    [Fact]
    public void The_replay_does_what_the_slow_model_does()
    {
        int cases = LongRun.Scale(2_000);
        for (int seed = FirstSeed; seed < FirstSeed + cases; seed++)
        {
            Compare(seed);
        }
    }

    private static void Compare(int seed)
    {
        Random random = new(seed);
        Topology topology = RandomTopology.Draw(random);
        List<InputFile> inputs = new RandomFrames(random, topology).Draw(Packets);
        string json = topology.ToLab().Json;
        try
        {
            (OutputCapture output, ReplayCounts counts) = Replay(topology, json, inputs, random.Next(1, 4));
            SlowReplay model = new(topology, output.Crossings);
            foreach ((string port, InputPacket packet) in Merged(inputs))
            {
                model.Enter(port, packet);
            }

            model.End();
            Crossing.AssertSame(model.Crossings, output.Crossings, "crossings");
            AssertSameCounts(topology, model.Counts, counts);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            throw new PacketMismatchException($"Seed {seed}: {failure.Message}\n{json}");
        }
    }

    // Rule 14: by time, then by the order of the inputs, then by the order of the file.
    private static IEnumerable<(string Port, InputPacket Packet)> Merged(List<InputFile> inputs) =>
        inputs.SelectMany((input, order) => input.Packets.Select((packet, place) => (input.Port, Packet: packet, order, place)))
            .OrderBy(entry => entry.Packet.Timestamp).ThenBy(entry => entry.order).ThenBy(entry => entry.place)
            .Select(entry => (entry.Port, entry.Packet));

    private static (OutputCapture Output, ReplayCounts Counts) Replay(Topology topology, string json, List<InputFile> inputs, int workers)
    {
        using WorkFolder folder = new();
        StateReading reading = StateDocument.Parse(System.Text.Encoding.UTF8.GetBytes(json));
        StateDocument document = reading.Document ?? throw new PacketMismatchException(string.Join('\n', reading.Errors));
        ResourceSet resources = WithGroups(document.Resources, topology);
        CompiledState compiled = SnapshotCompiler.Compile(resources, previous: null, generation: 1, out System.Collections.Immutable.ImmutableArray<ApiProblem> problems)
            ?? throw new PacketMismatchException(string.Join('\n', problems.Select(problem => problem.Message)));
        List<(Guid, string)> captures = [];
        for (int i = 0; i < inputs.Count; i++)
        {
            inputs[i].WriteTo(folder[$"{i}"], asPcapNg: i % 2 == 1);
            captures.Add((resources.Ports.Single(port => port.Name == inputs[i].Port).Id, folder[$"{i}"]));
        }

        using StringWriter error = new();
        SteeringSnapshot snapshot = SteeringSnapshotBuilder.Build(compiled.Definition);
        ReplayReport report = ReplaySession.Run(compiled, new SnapshotCell(snapshot), document.Functions, captures, folder["out"], workers, error)
            ?? throw new PacketMismatchException(error.ToString());
        snapshot.Retire(newer: null);
        using StringWriter text = new();
        ReplayPrinter.Print(report, resources, json: true, text);
        return (OutputCapture.Read(folder["out"]), new ReplayCounts(text.ToString()));
    }

    private static ResourceSet WithGroups(ResourceSet resources, Topology topology)
    {
        foreach (ModelChain chain in topology.Chains)
        {
            PortChain resource = resources.PortChains.Single(candidate => candidate.Name == chain.Name);
            resources = resources with
            {
                PortChains = resources.PortChains.With(resource with
                {
                    PortPairGroups = [.. chain.Groups.Select(group => resources.PortPairGroups.Single(candidate => candidate.Name == group.Name).Id)],
                }),
            };
        }

        return resources;
    }

    private static void AssertSameCounts(Topology topology, ModelCounts model, ReplayCounts counts)
    {
        Assert.Equal(model.Dropped, counts.Dropped);
        Assert.Equal((model.ReceivedTotal, model.SentTotal, model.Generated, 0), (counts.Received, counts.Sent, counts.Generated, counts.Held));
        Assert.Equal(topology.Ports.Select(port => model.Port(port.Name)), counts.Ports);
        foreach (ModelChain chain in topology.Chains)
        {
            Assert.Equal(model.Chain(chain.Name), counts.Chain(chain.Name));
            IReadOnlyList<HopCounts> hops = counts.Hops(chain.Name);
            for (int hop = 0; hop < chain.Groups.Count; hop++)
            {
                ModelGroup group = chain.Groups[hop];
                Assert.Equal(hop + 1, hops[hop].Index);
                Assert.Equal(
                    group.Pairs.Select(pair => model.Member(chain.Name, group.Name, pair.Name)),
                    hops[hop].Members.Select(member => (member.Packets, member.Bytes, member.Flows)));
            }
        }
    }
}
