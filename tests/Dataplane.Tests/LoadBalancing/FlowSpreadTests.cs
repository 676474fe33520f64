using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.LoadBalancing;
using NetworkingSfc.Dataplane.Tests.Ports;
using NetworkingSfc.Dataplane.Tests.Steering;
using NetworkingSfc.Dataplane.Tests.Workers;
using NetworkingSfc.Testing.Frames;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.LoadBalancing;

/// <summary>Where the flows of real packets go, measured at the ports of the engine: at the first group and behind a function.</summary>
public sealed class FlowSpreadTests
{
    private const int FlowCount = 10_000;
    private const int SeedCount = 51;

    private static readonly (int Least, int Most)[] _fourEqual = [.. Enumerable.Repeat((2327, 2673), 4)];
    private static readonly (int Least, int Most)[] _oneTwoFive = [(1118, 1382), (2327, 2673), (6056, 6444)];

    public static TheoryData<EncapsulationKind> Kinds => [.. Enum.GetValues<EncapsulationKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Ten_thousand_flows_meet_members_as_their_weights_say_for_nearly_every_seed(EncapsulationKind kind)
    {
        byte[][] frames = FlowSource.Flows(FlowCount, seed: 1);
        TestHop equal = new(kind, 1, 1, 1, 1);
        TestHop weighted = new(kind, 1, 2, 5);
        foreach ((TestChain chain, (int, int)[] first, (int, int)[] second) in new[]
        {
            (new TestChain(equal, weighted), _fourEqual, _oneTwoFive),
            (new TestChain(weighted, equal), _oneTwoFive, _fourEqual),
        })
        {
            List<string> outside = [];
            for (int seed = 0; seed < SeedCount; seed++)
            {
                ulong hashSeed = seed == 0 ? FlowHash.DefaultSeed : (ulong)seed;
                (int[] atFirst, int[] atSecond) = Spread(chain with { HashSeed = hashSeed }, frames);
                if (!AreWithin(atFirst, first) || !AreWithin(atSecond, second))
                {
                    outside.Add($"seed {hashSeed}: {string.Join(' ', atFirst)}; {string.Join(' ', atSecond)}");
                }
            }

            Assert.True(outside.Count <= 1, $"{kind}: {outside.Count} of {SeedCount} seeds outside:\n{string.Join('\n', outside)}");
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Both_directions_of_every_flow_meet_the_same_members_of_a_symmetric_chain(EncapsulationKind kind)
    {
        List<HashFields> choices = [HashFields.FiveTuple, HashFields.IpSrc, HashFields.TcpDst | HashFields.UdpDst, HashFields.IpSrc | HashFields.IpDst];
        if (kind == EncapsulationKind.Nsh)
        {
            // Only NSH keeps the MAC addresses of the frame from hop to hop.
            choices.Add(HashFields.EthSrc);
        }

        foreach (HashFields fields in choices)
        {
            TestChain chain = new(new TestHop(kind, 1, 1, 1, 1) { Fields = fields }, new TestHop(kind, 1, 2, 5) { Fields = fields }) { IsSymmetric = true };
            using TestEngine engine = new(chain.Definition());
            foreach (byte[] frame in FlowSource.Flows(200, seed: 2))
            {
                (int first, int second) = Members(engine, chain, frame);
                (int firstBack, int secondBack) = MembersBack(engine, chain, FlowSource.Back(frame));
                Assert.True((first, second) == (firstBack, secondBack), $"{fields}: {first} {second} forth, {firstBack} {secondBack} back");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Packets_of_one_flow_meet_one_member_whatever_else_is_in_them(EncapsulationKind kind)
    {
        TestChain chain = new(new TestHop(kind, 1, 1, 1, 1), new TestHop(kind, 1, 1, 1, 1));
        using TestEngine engine = new(chain.Definition());
        foreach (TestFrame frame in TestFrame.All)
        {
            (int, int) expected = Members(engine, chain, frame.Original().Build());
            for (byte i = 0; i < 20; i++)
            {
                byte[] other = frame.Original().Change<EthernetLayer>(e => e with { Source = $"02:00:00:00:77:{i:x2}" }).Trailer(i).Build();
                Assert.Equal(expected, Members(engine, chain, other));
            }
        }
    }

    private static (int[] AtFirst, int[] AtSecond) Spread(TestChain chain, byte[][] frames)
    {
        int[] atFirst = new int[chain.Hops[0].Weights.Length];
        int[] atSecond = new int[chain.Hops[1].Weights.Length];
        using TestEngine engine = new(chain.Definition());
        foreach (byte[] frame in frames)
        {
            engine.Inject(TestChain.Source, frame);
        }

        foreach (SentFrame sent in engine.Run())
        {
            int member = MemberAt(chain, 1, sent.Port, reverse: false);
            atFirst[member]++;
            engine.Inject(chain.Output(1, member), TestFunction.Return(sent.Bytes, chain.Hops[0].Wants));
        }

        foreach (SentFrame sent in engine.Run())
        {
            atSecond[MemberAt(chain, 2, sent.Port, reverse: false)]++;
        }

        Assert.Equal(frames.Length, atSecond.Sum());
        return (atFirst, atSecond);
    }

    private static (int First, int Second) Members(TestEngine engine, TestChain chain, byte[] frame)
    {
        SentFrame sent = engine.Forward(TestChain.Source, frame);
        int first = MemberAt(chain, 1, sent.Port, reverse: false);
        sent = engine.Forward(chain.Output(1, first), TestFunction.Return(sent.Bytes, chain.Hops[0].Wants));
        return (first, MemberAt(chain, 2, sent.Port, reverse: false));
    }

    private static (int First, int Second) MembersBack(TestEngine engine, TestChain chain, byte[] frame)
    {
        SentFrame sent = engine.Forward(TestChain.Destination, frame);
        int second = MemberAt(chain, 2, sent.Port, reverse: true);
        sent = engine.Forward(chain.Input(2, second), TestFunction.Return(sent.Bytes, chain.Hops[1].Wants));
        return (MemberAt(chain, 1, sent.Port, reverse: true), second);
    }

    private static int MemberAt(TestChain chain, int hop, int port, bool reverse)
    {
        int member = (port - (reverse ? chain.Output(hop) : chain.Input(hop))) / 2;
        Assert.Equal(port, reverse ? chain.Output(hop, member) : chain.Input(hop, member));
        Assert.InRange(member, 0, chain.Hops[hop - 1].Weights.Length - 1);
        return member;
    }

    private static bool AreWithin(int[] counts, (int Least, int Most)[] limits) =>
        counts.Zip(limits).All(pair => pair.First >= pair.Second.Least && pair.First <= pair.Second.Most);
}
