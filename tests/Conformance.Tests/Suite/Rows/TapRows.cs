using NetworkingSfc.Conformance.Tests.Chains;
using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Conformance.Tests.Suite.Rows;

/// <summary>Behaviour 15, rule 10: taps first, in the middle and last, also several, and that the path does not notice them.</summary>
internal static class TapRows
{
    private const int ChainId = 0x5a7;

    // Beside the flavours: two tags, and extension headers.
    private static readonly PacketBuilder[] _odd =
    [
        ChainFrames.Link().Vlan(7, tpid: 0x88a8).Vlan(8).Ipv6("2001:db8::1", "2001:db8::2").Tcp(3, 80).Payload(4),
        ChainFrames.Link().Ipv6("2001:db8::1", "2001:db8::2").HopByHop().Tcp(4, 80).Payload(9),
    ];

    public static IEnumerable<ConformanceRow> All =>
    [
        .. from correlation in new[] { "nsh", "mpls" } from sequence in Sequences() select Of(correlation, sequence),
        .. from flavour in Flavour.All from correlation in new[] { "nsh", "mpls" } select WhatTapsSend(flavour, correlation),
        new CitedRow("15", typeof(TapTests), nameof(TapTests.On_the_way_back_a_tap_is_entered_by_its_egress_port_and_keeps_its_index)),
        new CitedRow("15", typeof(TapTests), nameof(TapTests.A_copy_that_does_not_fit_is_counted_and_the_packet_goes_on)),
        new CitedRow("15 17", typeof(ServiceGraphTests), nameof(ServiceGraphTests.Taps_at_the_end_of_one_chain_and_the_start_of_the_next_get_a_copy_each)),
        new CitedRow("15 22", typeof(TapTests), nameof(TapTests.Who_skips_an_empty_group_passes_the_taps_behind_it)),
    ];

    // p: unaware, a: aware, t: unaware tap, T: aware tap; at least one tap, and never two in a row.
    private static IEnumerable<string> Sequences()
    {
        for (int places = 1; places <= 4; places++)
        {
            for (int number = 0; number < 1 << (2 * places); number++)
            {
                string sequence = string.Concat(Enumerable.Range(0, places).Select(place => "patT"[(number >> (2 * place)) & 3]));
                if (sequence.Any(IsTap) && !sequence.Zip(sequence.Skip(1)).Any(pair => IsTap(pair.First) && IsTap(pair.Second)))
                {
                    yield return sequence;
                }
            }
        }
    }

    private static ReplayRow Of(string correlation, string sequence)
    {
        Node[] functions = Functions(correlation, sequence);
        return new ReplayRow($"taps: {sequence} in a chain of {correlation}", "15", Chain(correlation, sequence, functions),
            [.. Flavour.All.Select(flavour => flavour.Web()).Concat(_odd).Select(frame => Along(frame, sequence, functions))]);
    }

    // A copy goes where its addresses say, or nowhere with a header; the tap's port is in no chain.
    private static ReplayRow WhatTapsSend(Flavour flavour, string correlation)
    {
        Node[] functions = Functions(correlation, "tpTa");
        Lab lab = Chain(correlation, "tpTa", functions).Plays(functions[0].Name, "forward").Plays(functions[2].Name, "aware");
        Route route = Route.From("src", flavour.Web()).Copied(functions[0], 0, 0).ComesBack(functions[0].Output, flavour.Web()).And("dst", flavour.Web())
            .Through(functions[1], 0, 255);
        PacketBuilder behind = route.Packet;
        route.Copied(functions[2], ChainId, 251)
            .ComesBack(functions[2].Output, correlation == "nsh" ? behind.InNsh(functions[2].Mac, ChainId, 250) : behind.To(functions[2].Mac).Labelled(ChainId, 250, 251))
            .Through(functions[3], ChainId, 254).Leaving("dst");
        return new ReplayRow($"taps: what they send is in no chain, {correlation}, {flavour}", "8 9 15", lab, route) { Drops = "unknown_path=1" };
    }

    private static Route Along(PacketBuilder frame, string sequence, Node[] functions)
    {
        Route route = Route.From("src", frame);
        byte index = 255;
        byte tapIndex = (byte)(255 - sequence.Count(place => !IsTap(place)) - 1);
        for (int place = 0; place < sequence.Length; place++)
        {
            route = IsTap(sequence[place]) ? route.Copied(functions[place], ChainId, tapIndex--) : route.Through(functions[place], ChainId, index--);
        }

        return route.Leaving("dst");
    }

    private static Node[] Functions(string correlation, string sequence) =>
        [.. sequence.Select((letter, place) => new Node($"{letter}{place}", letter is 'a' or 'T' ? correlation : null, place))];

    private static Lab Chain(string correlation, string sequence, Node[] functions)
    {
        Lab lab = SuiteLabs.WebChain(correlation, ChainId, functions);
        foreach (Node tap in functions.Where((_, place) => IsTap(sequence[place])))
        {
            lab.Set("port_pair_groups", SuiteLabs.GroupOf(tap), "tap_enabled", true).Plays(tap.Name, "tap");
        }

        return lab;
    }

    private static bool IsTap(char place) => place is 't' or 'T';
}
