using NetworkingSfc.Conformance.Tests.Chains;
using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;
using Xunit;
using static NetworkingSfc.Conformance.Tests.Chains.ChainFrames;

namespace NetworkingSfc.Conformance.Tests.Recording;

/// <summary>Rules 14 to 16: order, times and lengths of the records.</summary>
public sealed class MergeTests
{
    private const string A = "02:00:00:00:01:0a";
    private const long Second = 1_000_000_000;

    [Fact]
    public void Inputs_are_merged_by_time_then_by_the_order_of_the_options_then_by_the_order_of_the_file()
    {
        Lab lab = Lab.Usual().Port("other", "02:00:00:00:00:09");
        InputFile first = new("src", At(5, 1), At(7, 2), At(7, 3), At(9, 4));
        InputFile second = new("other", At(5, 5), At(5, 6), At(7, 7), At(8, 8));
        InputFile third = new("src", At(4, 9), At(7, 10));
        string Order(params InputFile[] inputs) => string.Join(' ', Replayed.Run(lab, inputs).Output.Crossings
            .Where(crossing => crossing.IsInbound).Select(crossing => $"{crossing.Port}{crossing.Frame[35]}@{crossing.Timestamp / Second}"));

        Assert.Equal("src9@4 src1@5 other5@5 other6@5 src2@7 src3@7 other7@7 src10@7 other8@8 src4@9", Order(first, second, third));
        Assert.Equal("src9@4 other5@5 other6@5 src1@5 src10@7 other7@7 src2@7 src3@7 other8@8 src4@9", Order(third, second, first));
    }

    [Fact]
    public void A_file_that_is_not_in_order_of_time_keeps_its_own_order()
    {
        Replayed replayed = Replayed.Run(Lab.Usual(), [new InputFile("src", At(9, 1), At(2, 2), At(5, 3)), new InputFile("up", At(3, 4))]);
        Assert.Equal([4, 1, 2, 3], replayed.Output.Crossings.Where(crossing => crossing.IsInbound).Select(crossing => (int)crossing.Frame[35]));
    }

    [Fact]
    public void Every_record_has_the_time_of_the_input_packet_to_the_nanosecond()
    {
        Lab lab = Lab.Usual().Function("a", null, A).WebChain(3, "nsh", "a");
        long[] times = [0, 1, 1_700_000_000_123_456_789, 4_294_967_295_999_999_999];
        Replayed replayed = Replayed.Run(lab, [new InputFile("src", [.. times.Select(time => new InputPacket(time, Web().Build()))])]);
        Assert.Equal(times.SelectMany(time => Enumerable.Repeat((long?)time, 4)), replayed.Output.Crossings.Select(crossing => crossing.Timestamp));
    }

    [Fact]
    public void The_records_of_one_packet_stand_together_however_many_are_under_way()
    {
        // More packets than the engine holds at once or stages in a round, with routes of different lengths.
        Lab lab = Lab.Usual().Function("a", "nsh", A).Function("b", null, "02:00:00:00:01:0b").WebChain(3, "nsh", "a", "b");
        byte[][] frames = [.. Enumerable.Range(0, 9_000).Select(number => Web((ushort)number, (ushort)(number % 3 == 0 ? 81 : 80)).Build())];
        foreach (int workers in new[] { 1, 3 })
        {
            Replayed replayed = Replayed.Run(lab, [InputFile.Of("src", frames)], workers);
            Queue<Crossing> left = new(replayed.Output.Crossings);
            for (int number = 0; number < frames.Length; number++)
            {
                string[] route = number % 3 == 0 ? ["src", "dst"] : ["src", "a", "a", "b", "b", "dst"];
                foreach (string port in route)
                {
                    Crossing next = left.Dequeue();
                    Assert.Equal((port, (long?)number), (next.Port, next.Timestamp));
                }
            }

            Assert.Empty(left);
        }
    }

    [Fact]
    public void A_packet_captured_short_is_recorded_with_its_wire_length_and_dropped()
    {
        Lab lab = Lab.Usual().Function("a", null, A).WebChain(3, "nsh", "a");
        byte[] frame = Web().Build();
        Replayed replayed = Replayed.Run(lab, [new InputFile("src", new InputPacket(1, frame[..40], frame.Length), new InputPacket(2, frame), new InputPacket(3, [], 60))]);
        replayed.Crosses("route",
            new Crossing("src", true, frame[..40]) { WireLength = frame.Length, Timestamp = 1 },
            Crossing.In("src", frame), Crossing.Out("a", Web().To(A)), Crossing.In("a", Web().To(A)), Crossing.Out("dst", Web().To(A)),
            new Crossing("src", true, []) { WireLength = 60, Timestamp = 3 })
            .Drops("captured_short=2");
        Assert.Equal((1, frame.Length), replayed.Counts.Chain("web"));
        Assert.Equal((4, 2), (replayed.Counts.Received, replayed.Counts.Sent));
    }

    [Fact]
    public void Interfaces_are_all_ports_in_the_order_of_the_state_whether_anything_crosses_them_or_not()
    {
        Lab lab = Lab.Usual().Function("z", null, A, "02:00:00:00:02:0a").Port("ähnlich", "02:00:00:00:00:0e");
        Replayed replayed = Replayed.Run(lab, "src", Web());
        Assert.Equal(["src", "dst", "up", "z-in", "z-out", "ähnlich"], replayed.Output.Interfaces);
        Assert.Equal(["src 1 0", "dst 0 1", "up 0 0", "z-in 0 0", "z-out 0 0", "ähnlich 0 0"], replayed.Counts.Ports);
    }

    [Fact]
    public void A_port_may_have_the_longest_name_the_api_takes()
    {
        // 255 characters, each of three bytes.
        string name = new('\u6e2f', 255);
        Assert.Equal(name, Replayed.Run(Lab.Usual().Port(name, A), "src", Web()).Output.Interfaces[3]);
    }

    [Fact]
    public void An_input_without_packets_gives_an_output_without_records()
    {
        Replayed replayed = Replayed.Run(Lab.Usual(), [new InputFile("src")]);
        Assert.Equal(["src", "dst", "up"], replayed.Output.Interfaces);
        Assert.Empty(replayed.Output.Crossings);
        Assert.Equal((0, 0, 0, 0), (replayed.Counts.Received, replayed.Counts.Sent, replayed.Counts.Generated, replayed.Counts.Held));
    }

    // A frame whose source port is its number.
    private static InputPacket At(long second, byte number) => new(second * Second, Link().Ipv4("10.0.0.1", "10.0.0.2").Udp(number, 9).Payload(1).Build());
}
