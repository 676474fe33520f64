using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Tests.Ports;
using NetworkingSfc.Dataplane.Tests.Workers;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Steering;

/// <summary>
/// Every combination of what a frame carries and what the next function wants, at the first, a middle and the last hop
/// and at the end of the path, for every form of frame: all chains of one to three hops, walked from end to end, each
/// frame compared byte for byte.
/// </summary>
public sealed class ChainWalkTests
{
    private static readonly EncapsulationKind[] _kinds = Enum.GetValues<EncapsulationKind>();

    public static TheoryData<string, string> Walks
    {
        get
        {
            TheoryData<string, string> walks = [];
            foreach (TestFrame frame in TestFrame.All)
            {
                foreach (EncapsulationKind[] chain in Chains())
                {
                    walks.Add(frame.Name, string.Join(' ', chain));
                }
            }

            return walks;
        }
    }

    [Theory]
    [MemberData(nameof(Walks))]
    public void Every_hop_and_the_destination_get_exactly_the_bytes_of_the_reference(string frameName, string kinds)
    {
        EncapsulationKind[] hops = [.. kinds.Split(' ').Select(Enum.Parse<EncapsulationKind>)];
        TestChain chain = TestChain.Of(hops);
        using TestEngine engine = new(chain.Definition());
        Walk walk = new(TestFrame.Named(frameName));

        SentFrame sent = engine.Forward(TestChain.Source, walk.Frame.Original().Build());
        for (int hop = 1; hop <= hops.Length; hop++)
        {
            byte[] expected = walk.Deliver(hop, hops[hop - 1], TestChain.Mac(chain.Input(hop)));
            Assert.Equal(chain.Input(hop), sent.Port);
            PacketAssert.Equal(expected, sent.Bytes, $"hop {hop} of {kinds}");
            sent = engine.Forward(chain.Output(hop), TestFunction.Return(sent.Bytes, hops[hop - 1]));
        }

        Assert.Equal(TestChain.Destination, sent.Port);
        PacketAssert.Equal(walk.Frame.Bare(walk.Destination, walk.Source).Build(), sent.Bytes, $"end of {kinds}");
        Assert.Equal(1, engine.Counters.Entered[0].Packets);
        Assert.All(Enumerable.Range(0, hops.Length), row => Assert.Equal(1, engine.Counters.Steered[row].Packets));
    }

    private static IEnumerable<EncapsulationKind[]> Chains() =>
        from length in Enumerable.Range(1, 3)
        from number in Enumerable.Range(0, (int)Math.Pow(_kinds.Length, length))
        select Enumerable.Range(0, length).Select(hop => _kinds[number / (int)Math.Pow(_kinds.Length, hop) % _kinds.Length]).ToArray();

    // The reference's rules 1 to 7, told for one frame: where its addresses and its header stand after each hop.
    private sealed class Walk(TestFrame frame)
    {
        private EncapsulationKind _carries;
        private byte _timeToLive;

        public TestFrame Frame => frame;

        public string Destination { get; private set; } = TestChain.Mac(TestChain.Destination);

        public string Source { get; } = TestChain.Mac(TestChain.Source);

        public byte[] Deliver(int hop, EncapsulationKind wants, string mac)
        {
            bool isThere = _carries == wants;
            _carries = wants;
            switch (wants)
            {
                case EncapsulationKind.Nsh:
                    _timeToLive = isThere ? (byte)(_timeToLive - 1) : (byte)63;
                    return new PacketBuilder().Ethernet(mac, TestChain.ForwarderMac)
                        .Nsh(TestChain.PathId, (byte)(256 - hop), _timeToLive)
                        .Append(frame.Bare(Destination, Source)).Build();

                case EncapsulationKind.Mpls:
                    _timeToLive = isThere ? (byte)(_timeToLive - 1) : (byte)(256 - hop);
                    Destination = mac;
                    return frame.Labelled(mac, Source, TestChain.Label(hop), _timeToLive).Build();

                default:
                    Destination = mac;
                    return frame.Bare(mac, Source).Build();
            }
        }
    }
}
