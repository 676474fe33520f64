using System.Text.Json.Nodes;
using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;
using Xunit;
using static NetworkingSfc.Conformance.Tests.Chains.ChainFrames;

namespace NetworkingSfc.Conformance.Tests.Chains;

/// <summary>Behaviours 16 and 22: what a group may say of itself.</summary>
public sealed class GroupOptionTests
{
    private const string A = "02:00:00:00:01:0a";
    private const string B = "02:00:00:00:01:0b";

    [Fact]
    public void An_empty_group_to_skip_counts_in_the_index_of_the_next_hop()
    {
        // Rule 12: the header sent to hop 3 carries 253.
        Replayed.Run(WithEmptyGroup("skip"), "src", Web()).Crosses("route",
            Crossing.In("src", Web()), Crossing.Out("a", Web().To(A)), Crossing.In("a", Web().To(A)),
            Crossing.Out("b", Web().To(A).InNsh(B, 3, 253)), Crossing.In("b", Web().To(A).InNsh(B, 3, 252)), Crossing.Out("dst", Web().To(A)));
    }

    [Fact]
    public void An_empty_group_to_leave_at_ends_the_path()
    {
        Replayed.Run(WithEmptyGroup("leave"), "src", Web()).Crosses("route",
            Crossing.In("src", Web()), Crossing.Out("a", Web().To(A)), Crossing.In("a", Web().To(A)), Crossing.Out("dst", Web().To(A)));
    }

    [Fact]
    public void An_empty_group_drops_unless_it_says_otherwise()
    {
        Replayed.Run(WithEmptyGroup("drop"), "src", Web()).Crosses("route",
            Crossing.In("src", Web()), Crossing.Out("a", Web().To(A)), Crossing.In("a", Web().To(A))).Drops("group_empty=1");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_frame_is_recognised_by_the_mapped_values_behind_a_function_that_rewrites(bool isMapped)
    {
        Lab lab = Lab.Usual().Function("a", null, A).Function("b", "nsh", B).WebChain(3, "nsh", "a", "b").Plays("a", "rewrite", ("destination_port", 8080));
        if (isMapped)
        {
            lab.Change(root => root["port_pair_groups"]![0]!["port_pair_group_parameters"] = new JsonObject
            {
                ["ppg_n_tuple_mapping"] = new JsonObject
                {
                    ["ingress_n_tuple"] = new JsonObject(),
                    ["egress_n_tuple"] = new JsonObject { ["destination_port_range_min"] = 8080, ["destination_port_range_max"] = 8080 },
                },
            });
        }

        PacketBuilder after = Web(destinationPort: 8080).To(A);
        Crossing[] start = [Crossing.In("src", Web()), Crossing.Out("a", Web().To(A)), Crossing.In("a", after)];
        Crossing[] end = isMapped ? [Crossing.Out("b", after.InNsh(B, 3, 254)), Crossing.In("b", after.InNsh(B, 3, 253)), Crossing.Out("dst", after)] : [Crossing.Out("dst", after)];
        Replayed.Run(lab, "src", Web()).Crosses("route", [.. start, .. end]);
    }

    private static Lab WithEmptyGroup(string onEmpty) => Lab.Usual().Function("a", null, A).Function("b", "nsh", B)
        .Group("ga", ["a"]).Group("none", []).Group("gb", ["b"]).Change(root => root["port_pair_groups"]![1]!["on_empty"] = onEmpty)
        .Classifier("web", ("protocol", "tcp"), ("logical_source_port", "src")).Chain("web", 3, "nsh", ["ga", "none", "gb"], ["web"]);
}
