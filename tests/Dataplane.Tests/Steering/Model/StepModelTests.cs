using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Tests.Ports;
using NetworkingSfc.Dataplane.Tests.Workers;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Steering.Model;

/// <summary>The engine does what the model says, on random definitions and random frames.</summary>
public sealed class StepModelTests
{
    private const int FramesEach = 100;

    [Fact]
    public void Engine_equals_the_model()
    {
        Dictionary<string, int> seen = [];
        int definitions = LongRun.Scale(4000);
        for (int seed = 0; seed < definitions; seed++)
        {
            Random random = new(seed);
            SteeringDefinition definition = RandomDefinition.Make(random);
            StepModel model = new(definition);
            RandomFrames frames = new(definition, random);
            Dictionary<string, int> memberOfFlow = [];
            using TestEngine engine = new(definition);
            for (int number = 0; number < FramesEach; number++)
            {
                (int port, FrameSpec frame) = frames.Next();
                Outcome expected = model.Step(port, frame);
                string found = Compare(engine, port, frame, expected, memberOfFlow, $"seed {seed}, frame {number} into port {port}: {frame}");
                seen[found] = seen.GetValueOrDefault(found) + 1;
            }
        }

        // The run is worth something only when all of this happened in it. Fates of fragments: FragmentStageTests.
        string[] wanted =
        [
            "sent plain", "sent in NSH", "sent labelled", "steered plain", "steered in NSH", "steered labelled",
            .. DropReasonCatalog.All.Select(entry => entry.Name).Where(name => !name.StartsWith("fragment_", StringComparison.Ordinal))
                .Except(["captured_short", "tx_queue_full", "port_not_attached", "port_down", "tap_too_long", "no_buffer", "too_many_joins", "too_long_unanswered", "same_port"]),
        ];
        Assert.Empty(wanted.Except(seen.Keys));
    }

    private static string Compare(TestEngine engine, int port, FrameSpec frame, Outcome expected, Dictionary<string, int> memberOfFlow, string what)
    {
        long[] before = engine.Counters.Dropped.ToArray();
        engine.Inject(port, frame.Bytes());
        long generated = engine.Counters.Generated;
        IReadOnlyList<SentFrame> sent = engine.Run();

        // An answer says that the frame itself was dropped.
        if (sent.Count == 0 || engine.Counters.Generated > generated)
        {
            DropReason reason = DropReasonCatalog.All.Single(entry => engine.Dropped(entry.Reason) > before[(int)entry.Reason]).Reason;
            Assert.True(expected.Fates.Any(fate => fate.Reason == reason), $"{what}\ndropped as {reason}, expected {Describe(expected)}");
            return DropReasonCatalog.NameOf(reason);
        }

        SentFrame one = Assert.Single(sent);
        Fate? fate = expected.Fates.FirstOrDefault(f => f.Port == one.Port && f.Frame is FrameSpec spec && spec.Bytes().AsSpan().SequenceEqual(one.Bytes));
        Assert.True(fate is not null, $"{what}\nsent to port {one.Port} as {Convert.ToHexString(one.Bytes)}, expected {Describe(expected)}");
        Assert.Equal(expected.Flow is not null, one.Member >= 0);
        if (expected.Flow is string flow)
        {
            Assert.True(memberOfFlow.TryAdd(flow, one.Port) || memberOfFlow[flow] == one.Port, $"{what}\nmember {one.Port}, before {memberOfFlow[flow]}: {flow}");
        }

        string form = fate!.Frame!.Nsh is not null ? "in NSH" : fate.Frame.Labels.IsEmpty ? "plain" : "labelled";
        return $"{(expected.Flow is null ? "sent" : "steered")} {form}";
    }

    private static string Describe(Outcome outcome) => string.Join("\nor ", outcome.Fates.Select(fate =>
        fate.Frame is null ? fate.Reason.ToString() : $"to port {fate.Port} as {Convert.ToHexString(fate.Frame.Bytes())}"));
}
