using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Tests.Ports;
using NetworkingSfc.Dataplane.Tests.Steering;
using NetworkingSfc.Dataplane.Tests.Steering.Model;
using NetworkingSfc.Dataplane.Tests.Workers;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Telemetry;

/// <summary>Counters by port, path and member, against a tally of what went in and came out.</summary>
public sealed class WorkerCountersTests
{
    [Fact]
    public void Counters_of_ports_and_members_are_what_the_ports_saw()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            Random random = new(seed);
            SteeringDefinition definition = RandomDefinition.Make(random);
            using TestEngine engine = new(definition);
            RandomFrames frames = new(definition, random);
            PacketCount[] received = new PacketCount[definition.Ports.Length];
            PacketCount[] sent = new PacketCount[definition.Ports.Length];
            PacketCount[] steered = new PacketCount[20];
            for (int number = 0; number < 80; number++)
            {
                (int port, FrameSpec frame) = frames.Next();
                byte[] bytes = frame.Bytes();
                received[port].Add(1, bytes.Length);
                engine.Inject(port, bytes);
                foreach (SentFrame one in engine.Run())
                {
                    sent[one.Port].Add(1, one.Bytes.Length);
                    if (one.Member >= 0)
                    {
                        steered[engine.Snapshot.Members[one.Member].Counter].Add(1, one.Bytes.Length);
                    }
                }
            }

            AssertSame(received, engine.Counters.ReceivedByPort, $"received, seed {seed}");
            AssertSame(sent, engine.Counters.SentByPort, $"sent, seed {seed}");
            AssertSame(steered, engine.Counters.Steered, $"steered, seed {seed}");
        }
    }

    [Fact]
    public void Entering_counts_length_as_received_and_steering_length_as_sent()
    {
        TestChain chain = TestChain.Of(EncapsulationKind.Nsh, EncapsulationKind.Mpls);
        using TestEngine engine = new(chain.Definition());
        byte[] frame = TestFrame.Ipv4.Original().Build();

        SentFrame atFirst = engine.Forward(TestChain.Source, frame);
        engine.Forward(chain.Output(1), TestFunction.Return(atFirst.Bytes, EncapsulationKind.Nsh));

        Assert.Equal((1, frame.Length), (engine.Counters.Entered[0].Packets, engine.Counters.Entered[0].Bytes));
        Assert.Equal((1, frame.Length + 38), (engine.Counters.Steered[0].Packets, engine.Counters.Steered[0].Bytes));
        Assert.Equal((1, frame.Length + 4), (engine.Counters.Steered[1].Packets, engine.Counters.Steered[1].Bytes));
    }

    [Fact]
    public void Members_that_two_paths_share_are_counted_for_each_path_alone()
    {
        TestChain chain = TestChain.Of(EncapsulationKind.Plain) with { Rules = [new(0x0800)] };
        SteeringDefinition definition = chain.Definition();
        PathDefinition first = definition.Paths[0];
        PathDefinition second = first with { NshPathId = new ServicePathId(9), MplsPathId = 9, Counter = 1, Hops = [first.Hops[0] with { MemberCounters = [5] }] };
        definition = definition with
        {
            Paths = [first, second],
            RuleTables = definition.RuleTables.SetItem(0, new RuleTableDefinition([new SteeringRule(new(0x0800), 0, 0), new SteeringRule(new(0x86dd), 1, 0)])),
        };
        using TestEngine engine = new(definition);

        engine.Forward(TestChain.Source, TestFrame.Ipv4.Original().Build());
        engine.Forward(TestChain.Source, TestFrame.Ipv6.Original().Build());
        engine.Forward(TestChain.Source, TestFrame.Ipv6.Original().Build());

        Assert.Equal([1, 2], engine.Counters.Entered.ToArray().Select(count => count.Packets));
        Assert.Equal([1, 0, 0, 0, 0, 2], engine.Counters.Steered.ToArray().Select(count => count.Packets));
    }

    private static void AssertSame(PacketCount[] expected, ReadOnlySpan<PacketCount> found, string what)
    {
        for (int row = 0; row < expected.Length; row++)
        {
            PacketCount count = row < found.Length ? found[row] : default;
            Assert.True((expected[row].Packets, expected[row].Bytes) == (count.Packets, count.Bytes),
                $"{what}, row {row}: {count.Packets} packets of {count.Bytes} bytes, expected {expected[row].Packets} of {expected[row].Bytes}");
        }
    }
}
