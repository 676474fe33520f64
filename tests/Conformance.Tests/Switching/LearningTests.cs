using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Switching;

/// <summary>Networks with <c>"switching": "learn"</c>: what is flooded, in which order it is written, and that it does not depend on how a replay runs.</summary>
public sealed class LearningTests
{
    private const string StationA = "02:00:00:00:aa:01";
    private const string StationB = "02:00:00:00:aa:02";
    private const string F = "02:00:00:00:01:0a";
    private const string G = "02:00:00:00:01:0b";
    private const long Second = 1_000_000_000;

    private static readonly PacketBuilder _question = new PacketBuilder().Ethernet("ff:ff:ff:ff:ff:ff", StationA).Arp(1, StationA, "10.0.0.9", targetIp: "10.0.0.8");
    private static readonly PacketBuilder _answer = new PacketBuilder().Ethernet(StationA, StationB).Arp(2, StationB, "10.0.0.8", StationA, "10.0.0.9");
    private static readonly PacketBuilder _packet = new PacketBuilder().Ethernet(StationB, StationA).Ipv4("10.0.0.9", "10.0.0.8").Udp(1, 2).Payload(9);

    [Fact]
    public void Stations_behind_ports_find_each_other()
    {
        Replayed replayed = Replayed.Run(Learning(), [At("src", (0, _question), (Second, _packet)), At("dst", (Second / 2, _answer))]).Crosses("route",
            Crossing.In("src", _question), Crossing.Out("dst", _question), Crossing.Out("up", _question),
            Crossing.In("dst", _answer), Crossing.Out("src", _answer),
            Crossing.In("src", _packet), Crossing.Out("dst", _packet)).Drops("");
        Assert.Equal(1, replayed.Counts.Generated);
    }

    [Fact]
    public void After_five_minutes_of_silence_a_station_is_unknown_again() =>
        Replayed.Run(Learning(), [At("dst", (0, _answer)), At("src", ((300 * Second) - 1, _packet), (300 * Second, _packet))]).Crosses("route",
            Crossing.In("dst", _answer), Crossing.Out("src", _answer), Crossing.Out("up", _answer),
            Crossing.In("src", _packet), Crossing.Out("dst", _packet),
            Crossing.In("src", _packet), Crossing.Out("dst", _packet), Crossing.Out("up", _packet));

    /// <summary>More stations than the table has places, all at one port, then a frame for each of two of them.</summary>
    [Fact]
    public void Stations_that_find_no_place_are_counted()
    {
        const int Stations = 20_000;
        PacketBuilder Hello(int station) => new PacketBuilder().Ethernet("02:00:00:00:00:01", $"02:00:00:01:{station >> 8:x2}:{station & 0xff:x2}").Payload(10);
        Replayed hello = Replayed.Run(Learning(), [InputFile.Of("up", [.. Enumerable.Range(0, Stations).Select(station => Hello(station).Build())])]);
        Assert.InRange(hello.Counts.NotLearned, Stations - 16_384, Stations - (16_384 * 3 / 4));
        Assert.Equal(0, Replayed.Run(Learning(), "up", Hello(1), Hello(2)).Counts.NotLearned);
        Assert.Equal(0, Replayed.Run(Learning(learns: false), [InputFile.Of("up", Hello(1).Build())]).Counts.NotLearned);
    }

    [Fact]
    public void A_static_network_floods_nothing() =>
        Replayed.Run(Learning(learns: false), "src", _question).Drops("no_destination=1");

    [Fact]
    public void What_a_chain_ends_with_is_flooded_past_the_functions()
    {
        Lab lab = Learning().Function("f", "nsh", F).WebChain(3, "nsh", "f");
        PacketBuilder web = new PacketBuilder().Ethernet(StationB, StationA).Ipv4("10.0.0.9", "10.0.0.8").Tcp(9, 80);
        PacketBuilder Carried(byte index) => new PacketBuilder().Ethernet(F, Chains.ChainFrames.ForwarderMac).Nsh(3, index).Append(web);
        Replayed.Run(lab, "src", web).Crosses("route",
            Crossing.In("src", web), Crossing.Out("f", Carried(255)), Crossing.In("f", Carried(254)),
            Crossing.Out("src", web), Crossing.Out("dst", web), Crossing.Out("up", web));
    }

    [Fact]
    public void A_function_that_is_asked_for_gets_the_question_and_one_that_is_not_does_not()
    {
        Lab lab = Learning().Port("f", F, ["10.0.0.8"]).Pair("f", null, "f", "f").Function("g", null, G).Group("gf", ["f"]).Group("gg", ["g"]);
        Replayed.Run(lab, "src", _question).Crosses("route", Crossing.In("src", _question), Crossing.Out("dst", _question), Crossing.Out("up", _question), Crossing.Out("f", _question));
    }

    [Fact]
    public void Output_does_not_depend_on_the_number_of_workers()
    {
        Random random = new(5);
        string Station() => $"02:00:00:00:aa:{random.Next(1, 100):x2}";
        InputFile Input(string port) => InputFile.Of(port,
            [.. Enumerable.Range(0, 300).Select(_ => new PacketBuilder().Ethernet(Station(), Station()).Ipv4($"10.0.1.{random.Next(250)}", $"10.0.2.{random.Next(250)}").Udp(1, 2).Build())]);
        InputFile[] inputs = [Input("src"), Input("dst"), Input("up")];
        Replayed one = Replayed.Run(Learning(), inputs, workers: 1);
        Replayed four = Replayed.Run(Learning(), inputs, workers: 4);
        Assert.Equal(one.Text, four.Text);
        Assert.Equal(one.OutputBytes, four.OutputBytes);
        Assert.True(one.Counts.Generated is > 10 and < 300, $"{one.Counts.Generated} copies");
    }

    private static InputFile At(string port, params (long Time, PacketBuilder Frame)[] packets) =>
        new(port, [.. packets.Select(packet => new InputPacket(packet.Time, packet.Frame.Build()))]);

    private static Lab Learning(bool learns = true) => new Lab().Network("lan", learns: learns)
        .Port("src", Lab.SourceMac).Port("dst", Lab.DestinationMac).Port("up", Lab.UplinkMac);
}
