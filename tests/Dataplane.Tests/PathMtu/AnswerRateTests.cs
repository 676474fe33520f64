using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.PathMtu;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Tests.Steering;
using NetworkingSfc.Dataplane.Tests.Workers;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.PathMtu;

/// <summary>The limit of the rate of answers, by the worker's clock.</summary>
public sealed class AnswerRateTests
{
    [Fact]
    public void A_flood_is_answered_fifty_times_and_then_once_each_millisecond()
    {
        StoppedClock clock = new();
        TestChain chain = TestChain.Of(EncapsulationKind.Plain);
        SteeringDefinition definition = chain.Definition();
        using TestEngine engine = new(
            definition with { Ports = definition.Ports.SetItem(chain.Input(1), definition.Ports[chain.Input(1)] with { MtuBytes = 100 }) }, clock: clock);
        byte[] frame = new PacketBuilder().Ethernet(TestChain.Mac(1), TestChain.Mac(0)).Ipv6("fd00::1", "fd00::2").Udp(1, 2).Payload(100).Build();

        Assert.Equal(AnswerRate.Burst, Answers(engine, frame, 130));
        Assert.Equal(130 - AnswerRate.Burst, engine.Dropped(DropReason.TooLongUnanswered));
        clock.Advance(TimeSpan.FromTicks((2 * AnswerRate.NanosecondsEach / 100) + 1));
        Assert.Equal(2, Answers(engine, frame, 10));
        clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(AnswerRate.Burst, Answers(engine, frame, 130));
        Assert.Equal(engine.Counters.Generated, engine.Counters.Sent);
    }

    private static int Answers(TestEngine engine, byte[] frame, int frames)
    {
        for (int i = 0; i < frames; i++)
        {
            engine.Inject(TestChain.Source, frame);
        }

        return engine.Run().Count(sent => sent.Port == TestChain.Source);
    }
}
