using NetworkingSfc.Conformance.Tests.Chains;
using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;

namespace NetworkingSfc.Conformance.Tests.Suite.Rows;

/// <summary>Behaviours 5, 6, 6a, 8 and 9: what functions send of their own accord, right or wrong.</summary>
internal static class ReturnRows
{
    private const int ChainId = 5;

    public static IEnumerable<ConformanceRow> All =>
    [
        .. from flavour in Flavour.All from correlation in new[] { "nsh", "mpls" } from row in Carried(flavour, correlation) select row,
        .. Flavour.All.SelectMany(Unaware),
        .. Flavour.All.Select(TrafficClass),
        new CitedRow("6a", typeof(AwareFunctionTests), nameof(AwareFunctionTests.Traffic_class_and_labels_underneath_stay_between_mpls_aware_functions)),
        new CitedRow("6a", typeof(AwareFunctionTests), nameof(AwareFunctionTests.Metadata_of_both_types_is_carried_to_the_next_function_as_it_was_sent)),
        new CitedRow("6a", typeof(AwareFunctionTests), nameof(AwareFunctionTests.The_time_to_live_is_tested_also_where_the_header_is_then_removed)),
        new CitedRow("8", typeof(AwareFunctionTests), nameof(AwareFunctionTests.Nsh_that_cannot_be_read_is_dropped)),
        new CitedRow("8", typeof(AwareFunctionTests), nameof(AwareFunctionTests.A_label_that_cannot_be_read_is_dropped)),
    ];

    private static IEnumerable<ConformanceRow> Carried(Flavour flavour, string correlation)
    {
        Node a = new("a", correlation, 1);
        Node b = new("b", correlation, 2);
        Node end = new("end", null, 3);
        PacketBuilder web = flavour.Web();
        Lab lab = SuiteLabs.WebChain(correlation, ChainId, a, b, end);
        string sender = $"from a function that knows {correlation}, {flavour}";
        ConformanceRow Dropped(string what, string behaviours, string reason, uint path, byte index, byte timeToLive = 63) =>
            new ReplayRow($"{sender}: {what}", behaviours, lab, Route.FromFunction(a, web, path, index, timeToLive)) { Drops = $"{reason}=1" };

        yield return Dropped("index not lowered", "8", "unknown_path", ChainId, 255);
        yield return Dropped("index lowered twice, which is right one hop later", "8", "unknown_path", ChainId, 253);
        yield return Dropped("index behind the end of the path", "8", "unknown_path", ChainId, 251);
        yield return Dropped("index 0", "8", "unknown_path", ChainId, 0);
        yield return Dropped("another path", "8", "unknown_path", ChainId + 1, 254);
        yield return Dropped("the way back of a chain that has none", "8", "unknown_path", correlation == "nsh" ? ChainId + 0x800000u : 4095, 254);
        yield return Dropped("time to live 1", "6a", "ttl_exceeded", ChainId, 254, timeToLive: 1);
        yield return new ReplayRow($"{sender}: the other header", "8", lab, Route.FromFunction(a with { Correlation = correlation == "nsh" ? "mpls" : "nsh" }, web, ChainId, 254, 63)) { Drops = "unknown_path=1" };
        yield return new ReplayRow($"{sender}: time to live 2 is enough for one hop more", "6 6a", lab, Route.FromFunction(a, web, ChainId, 254, 2).Through(b, ChainId, 254)) { Drops = "ttl_exceeded=1" };
        yield return correlation == "mpls"
            ? Dropped("time to live 0", "6a", "ttl_exceeded", ChainId, 254, timeToLive: 0)
            : new ReplayRow($"{sender}: time to live 0 counts as 64", "6a", lab, Route.FromFunction(a, web, ChainId, 254, 0).Through(b, ChainId, 254).Through(end, ChainId, 253).Leaving("dst"));
        yield return new ReplayRow($"{sender}: a frame without header is a message of its own", "7", lab, Route.From("a", web).Leaving("dst")) { Entering = ("web", 0) };
    }

    private static IEnumerable<ConformanceRow> Unaware(Flavour flavour)
    {
        Node a = new("a", null, 1);
        Node b = new("b", "nsh", 2);
        Lab lab = SuiteLabs.WebChain("nsh", ChainId, a, b);
        string sender = $"from an unaware function, {flavour}";
        PacketBuilder other = flavour.Web(destinationPort: 81);
        yield return new ReplayRow($"{sender}: what matches goes on behind its hop", "5", lab, Route.From("a", flavour.Web()).Through(b, ChainId, 254).Leaving("dst")) { Entering = ("web", 0) };
        yield return new ReplayRow($"{sender}: what matches nothing leaves, and may go to another function's port", "9", lab,
            Route.From("a", other).Leaving("dst"), Route.From("a", other.To(b.Mac)).Leaving("b"), Route.From("a", other.To(a.Mac)).Leaving("dst"));
        yield return new ReplayRow($"{sender}: a header it cannot have been sent is not read", "9", lab,
            Route.From("a", flavour.Web().InNsh(Lab.DestinationMac, ChainId, 254)).Leaving("dst"), Route.From("a", flavour.Web().Labelled(ChainId, 254, 63)).Leaving("dst"));
    }

    private static ReplayRow TrafficClass(Flavour flavour)
    {
        Node a = new("a", "mpls", 1);
        Node b = new("b", "mpls", 2);
        PacketBuilder Sent(byte index, byte timeToLive) => flavour.Web().Labelled(ChainId, index, timeToLive, trafficClass: 5);
        return new ReplayRow($"between functions that know mpls the traffic class stays, {flavour}", "6a", SuiteLabs.WebChain("mpls", ChainId, a, b),
            Route.From("a", Sent(254, 100)).And("b", Sent(254, 99).To(b.Mac)).ComesBack("b", Sent(253, 99).To(b.Mac)).And("dst", flavour.Web().To(b.Mac)));
    }
}
