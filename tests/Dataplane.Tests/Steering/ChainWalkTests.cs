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
        Walk walk = new(TestFrame.Named(frameName), TestChain.Source, TestChain.Destination, TestChain.PathId, TestChain.PathId);

        SentFrame sent = engine.Forward(TestChain.Source, walk.Bare());
        for (int hop = 1; hop <= hops.Length; hop++)
        {
            byte[] expected = walk.Deliver(hop, hops[hop - 1], TestChain.Mac(chain.Input(hop)));
            Assert.Equal(chain.Input(hop), sent.Port);
            PacketAssert.Equal(expected, sent.Bytes, $"hop {hop} of {kinds}");
            sent = engine.Forward(chain.Output(hop), TestFunction.Return(sent.Bytes, hops[hop - 1]));
        }

        Assert.Equal(TestChain.Destination, sent.Port);
        PacketAssert.Equal(walk.Bare(), sent.Bytes, $"end of {kinds}");
        Assert.Equal(1, engine.Counters.Entered[0].Packets);
        Assert.All(Enumerable.Range(0, hops.Length), row => Assert.Equal(1, engine.Counters.Steered[row].Packets));
    }

    // Rule 14: entered by its egress port, left by its ingress port, from the last hop to the first, with a path id of its own.
    [Theory]
    [MemberData(nameof(Walks))]
    public void Way_back_of_a_symmetric_chain_is_as_exact(string frameName, string kinds)
    {
        EncapsulationKind[] hops = [.. kinds.Split(' ').Select(Enum.Parse<EncapsulationKind>)];
        TestChain chain = TestChain.Of(hops) with { IsSymmetric = true };
        using TestEngine engine = new(chain.Definition());
        Walk walk = new(TestFrame.Named(frameName), TestChain.Destination, TestChain.Source, TestChain.ReversePathId, TestChain.ReverseMplsPathId);

        // The content still says source to destination, as any frame that the wide rule matches.
        SentFrame sent = engine.Forward(TestChain.Destination, walk.Bare());
        for (int place = 1; place <= hops.Length; place++)
        {
            int hop = hops.Length + 1 - place;
            byte[] expected = walk.Deliver(place, hops[hop - 1], TestChain.Mac(chain.Output(hop)));
            Assert.Equal(chain.Output(hop), sent.Port);
            PacketAssert.Equal(expected, sent.Bytes, $"hop {hop} of {kinds}, back");
            byte[] returned = TestFunction.Return(sent.Bytes, hops[hop - 1]);
            if (place == hops.Length && walk.Destination != TestChain.Mac(TestChain.Source))
            {
                // The MAC address of the last function is of the chain, and the IP address that of the port the frame began at.
                Assert.Equal(TestChain.Destination, engine.Forward(chain.Input(hop), returned).Port);
                return;
            }

            sent = engine.Forward(chain.Input(hop), returned);
        }

        Assert.Equal(TestChain.Source, sent.Port);
        PacketAssert.Equal(walk.Bare(), sent.Bytes, $"end of {kinds}, back");
    }

    private static IEnumerable<EncapsulationKind[]> Chains() =>
        from length in Enumerable.Range(1, 3)
        from number in Enumerable.Range(0, (int)Math.Pow(_kinds.Length, length))
        select Enumerable.Range(0, length).Select(hop => _kinds[number / (int)Math.Pow(_kinds.Length, hop) % _kinds.Length]).ToArray();

    // The reference's rules 1 to 7, told for one frame: where its addresses and its header stand after each hop.
    private sealed class Walk(TestFrame frame, int from, int to, int nshPathId, int mplsPathId)
    {
        private EncapsulationKind _carries;
        private byte _timeToLive;

        public string Destination { get; private set; } = TestChain.Mac(to);

        private string Source { get; } = TestChain.Mac(from);

        public byte[] Bare() => frame.Bare(Destination, Source).Build();

        public byte[] Deliver(int place, EncapsulationKind wants, string mac)
        {
            bool isThere = _carries == wants;
            _carries = wants;
            switch (wants)
            {
                case EncapsulationKind.Nsh:
                    _timeToLive = isThere ? (byte)(_timeToLive - 1) : (byte)63;
                    return new PacketBuilder().Ethernet(mac, TestChain.ForwarderMac)
                        .Nsh((uint)nshPathId, (byte)(256 - place), _timeToLive)
                        .Append(frame.Bare(Destination, Source)).Build();

                case EncapsulationKind.Mpls:
                    _timeToLive = isThere ? (byte)(_timeToLive - 1) : (byte)(256 - place);
                    Destination = mac;
                    return frame.Labelled(mac, Source, TestChain.Label(place, mplsPathId), _timeToLive).Build();

                default:
                    Destination = mac;
                    return frame.Bare(mac, Source).Build();
            }
        }
    }
}
