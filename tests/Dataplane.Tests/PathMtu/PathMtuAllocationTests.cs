using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Tests.Steering;
using NetworkingSfc.Dataplane.Tests.Workers;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.PathMtu;

/// <summary>Frames that do not fit, answered, over the limit of the rate, or not to be answered: not a byte is allocated for them.</summary>
public sealed class PathMtuAllocationTests
{
    private const int Mtu = 200;

    // Twenty answers a step are allowed at this speed, of up to 64 frames that want one.
    private static readonly TimeSpan _eachStep = TimeSpan.FromMilliseconds(20);

    public static TheoryData<EncapsulationKind, EncapsulationKind?> Hops
    {
        get
        {
            TheoryData<EncapsulationKind, EncapsulationKind?> rows = [];
            foreach (EncapsulationKind wants in Enum.GetValues<EncapsulationKind>())
            {
                rows.Add(wants, null);
                foreach (EncapsulationKind carried in Enum.GetValues<EncapsulationKind>())
                {
                    rows.Add(wants, carried);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Hops))]
    public void Answers_allocate_nothing(EncapsulationKind wants, EncapsulationKind? comesFrom)
    {
        // Into the chain, or from its first function into the second.
        TestChain chain = comesFrom is { } first ? TestChain.Of(first, wants) : TestChain.Of(wants);
        int narrow = chain.Input(comesFrom is null ? 1 : 2);
        int ingress = comesFrom is null ? TestChain.Source : chain.Output(1);
        SteeringDefinition wide = chain.Definition();
        SteeringDefinition definition = wide with { Ports = wide.Ports.SetItem(narrow, wide.Ports[narrow] with { MtuBytes = Mtu }) };
        PacketBuilder link = new PacketBuilder().Ethernet(TestChain.Mac(TestChain.Destination), TestChain.Mac(TestChain.Source)).Vlan(7);
        PacketBuilder[] frames =
        [
            link.Ipv4(TestChain.Ipv4(TestChain.Source), TestChain.Ipv4(TestChain.Destination), change: ip => ip with { DontFragment = true }).Udp(1, 2).Payload(2 * Mtu),
            link.Ipv6(TestChain.Ipv6(TestChain.Source), TestChain.Ipv6(TestChain.Destination)).Udp(1, 2).Payload(2 * Mtu),
            link.Ipv4(TestChain.Ipv4(TestChain.Source), TestChain.Ipv4(TestChain.Destination)).Udp(1, 2).Payload(2 * Mtu),
        ];
        using LoadEngine engine = new(definition, ingress, LoadEngine.InTurn([.. frames.Select(frame => Sent(wide, frame.Build(), comesFrom))]), new TickingClock(_eachStep));
        engine.AssertNoAllocation($"answers, {comesFrom} to {wants}");

        // An unaware function is answered itself, an aware one's frames to the sender of the packet.
        int told = comesFrom is null or EncapsulationKind.Plain ? ingress : TestChain.Source;
        Assert.Equal(engine.Counters.Generated, engine.Port(told).SentFrames);
        Assert.InRange(engine.Counters.Generated, LoadEngine.Frames / 64 * 15, LoadEngine.Frames);
        Assert.True(engine.Dropped(DropReason.TooLongUnanswered) > 0, "the rate was never exceeded");
        Assert.Equal(LoadEngine.Frames, engine.Dropped(DropReason.TooLong) + engine.Dropped(DropReason.TooLongUnanswered));
        Assert.Equal(0, engine.Port(narrow).SentFrames);
    }

    private static byte[] Sent(SteeringDefinition definition, byte[] frame, EncapsulationKind? comesFrom)
    {
        if (comesFrom is not { } kind)
        {
            return frame;
        }

        using TestEngine engine = new(definition);
        return TestFunction.Return(engine.Forward(TestChain.Source, frame).Bytes, kind);
    }
}
