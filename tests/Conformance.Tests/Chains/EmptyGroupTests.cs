using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Chains;

/// <summary>A group whose only member is drained: what becomes of the frame is the group's own choice.</summary>
public sealed class EmptyGroupTests
{
    private const string A = "02:00:00:00:0a:01";
    private const string B = "02:00:00:00:0b:01";
    private const string C = "02:00:00:00:0c:01";

    private static readonly PacketBuilder _frame =
        new PacketBuilder().Ethernet(Lab.DestinationMac, Lab.SourceMac).Ipv4("10.0.0.1", "10.0.0.2").Tcp(1024, 80);

    [Fact]
    public void Dropping_is_the_default() =>
        Replayed.Run(Drained(null), "src", _frame)
            .Crosses("route", Crossing.In("src", _frame), Crossing.Out("a", ToA), Crossing.In("a", ToA))
            .Drops("group_empty=1");

    [Fact]
    public void Skipping_goes_on_with_the_next_group_and_the_index_counts_the_empty_one() =>
        Replayed.Run(Drained("skip"), "src", _frame)
            .Crosses("route",
                Crossing.In("src", _frame), Crossing.Out("a", ToA), Crossing.In("a", ToA),
                Crossing.Out("c", ToA.InNsh(C, 3, 253)), Crossing.In("c", ToA.InNsh(C, 3, 252)), Crossing.Out("dst", ToA))
            .Drops("");

    [Fact]
    public void Leaving_ends_the_chain() =>
        Replayed.Run(Drained("leave"), "src", _frame)
            .Crosses("route", Crossing.In("src", _frame), Crossing.Out("a", ToA), Crossing.In("a", ToA), Crossing.Out("dst", ToA))
            .Drops("");

    [Fact]
    public void An_empty_first_group_that_is_skipped_still_counts_the_entry()
    {
        Lab lab = Lab.Usual().Function("b", "nsh", B, weight: 0).Function("c", "nsh", C).WebChain(3, "nsh", "b", "c")
            .Change(root => root["port_pair_groups"]![0]!["on_empty"] = "skip");
        Replayed.Run(lab, "src", _frame).Crosses("route",
            Crossing.In("src", _frame), Crossing.Out("c", _frame.InNsh(C, 3, 254)), Crossing.In("c", _frame.InNsh(C, 3, 253)), Crossing.Out("dst", _frame));
    }

    private static PacketBuilder ToA => _frame.To(A);

    // a (unaware), b (drained), c (NSH-aware).
    private static Lab Drained(string? onEmpty)
    {
        Lab lab = Lab.Usual().Function("a", null, A).Function("b", "nsh", B, weight: 0).Function("c", "nsh", C).WebChain(3, "nsh", "a", "b", "c");
        return onEmpty is null ? lab : lab.Change(root => root["port_pair_groups"]![1]!["on_empty"] = onEmpty);
    }
}
