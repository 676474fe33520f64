using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using Xunit;
using static NetworkingSfc.Conformance.Tests.Chains.ChainFrames;

namespace NetworkingSfc.Conformance.Tests.Chains;

/// <summary>Behaviours 6a and 8, rules 3 and 8: odd headers from encapsulation-aware functions; wrong paths and indexes are in the table of the suite.</summary>
public sealed class AwareFunctionTests
{
    private const string A = "02:00:00:00:01:0a";
    private const string B = "02:00:00:00:01:0b";
    private const uint Path = 5;

    private static readonly PacketBuilder _own = new PacketBuilder().Ethernet(ForwarderMac, A);

    public static TheoryData<string, string, byte[]> NshThatCannotBeRead => new()
    {
        { "version 1", "nsh_version=1", Nsh(254, nsh => nsh with { Version = 1 }) },
        { "MD type 0", "nsh_md_type=1", Nsh(254, nsh => nsh with { MdType = 0 }) },
        { "MD type 3", "nsh_md_type=1", Nsh(254, nsh => nsh with { MdType = 3 }) },
        { "MD type 1 of seven words", "nsh_md_type=1", Nsh(254, nsh => nsh with { Metadata = new byte[20] }) },
        { "MD type 2 shorter than its own header", "malformed=1", Nsh(254, nsh => nsh with { MdType = 2, LengthWords = 1 }) },
        { "an IPv4 packet inside", "nsh_next_protocol=1", Nsh(254, nsh => nsh with { NextProtocol = 1 }) },
        { "operations packet", "nsh_oam=1", Nsh(254, nsh => nsh with { Oam = true }) },
        { "cut inside the base header", "malformed=1", Nsh(254)[..21] },
        { "cut inside the context words", "malformed=1", Nsh(254)[..30] },
        { "inner frame cut", "malformed=1", Nsh(254)[..(14 + 24 + 13)] },
    };

    public static TheoryData<string, string, byte[]> LabelsThatCannotBeRead => new()
    {
        { "label 0", "unknown_path=1", Web().Labelled(0, 0, 255).Build() },
        { "cut inside the label", "malformed=1", Web().Labelled(Path, 254, 255).Build()[..17] },
    };

    [Theory]
    [MemberData(nameof(NshThatCannotBeRead))]
    public void Nsh_that_cannot_be_read_is_dropped(string description, string drops, byte[] frame) =>
        Replayed.Run(TwoHops("nsh"), [InputFile.Of("a", frame)]).Crosses(description, Crossing.In("a", frame)).Drops(drops);

    [Theory]
    [MemberData(nameof(LabelsThatCannotBeRead))]
    public void A_label_that_cannot_be_read_is_dropped(string description, string drops, byte[] frame) =>
        Replayed.Run(TwoHops("mpls"), [InputFile.Of("a", frame)]).Crosses(description, Crossing.In("a", frame)).Drops(drops);

    [Theory]
    [InlineData("nsh", null)]
    [InlineData("mpls", null)]
    [InlineData("nsh", "end")]
    [InlineData("mpls", "end")]
    public void The_time_to_live_is_tested_also_where_the_header_is_then_removed(string correlation, string? next)
    {
        // The last function of the chain, or one before an unaware one.
        Lab lab = Lab.Usual().Function("a", correlation, A).Function("b", null, B);
        lab = next == "end" ? lab.WebChain((int)Path, correlation, "b", "a") : lab.WebChain((int)Path, correlation, "a", "b");
        byte index = next == "end" ? (byte)253 : (byte)254;
        PacketBuilder frame = correlation == "nsh" ? _own.Nsh(Path, index, ttl: 1).Append(Web()) : Web().Labelled(Path, index, 1);

        Replayed.Run(lab, "a", frame).Crosses(correlation, Crossing.In("a", frame)).Drops("ttl_exceeded=1");
    }

    [Fact]
    public void Metadata_of_both_types_is_carried_to_the_next_function_as_it_was_sent()
    {
        foreach (PacketBuilder header in new[]
        {
            new PacketBuilder().Nsh(Path, 254, ttl: 9, contexts: [1, 2, 0xffffffff, 4], change: nsh => nsh with { Unassigned = 0x1f }),
            new PacketBuilder().NshMdType2(Path, 254, new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }, ttl: 9),
            new PacketBuilder().NshMdType2(Path, 254, ttl: 9),
        })
        {
            PacketBuilder sent = _own.Append(header).Append(Web());
            PacketBuilder toB = new PacketBuilder().Ethernet(B, ForwarderMac).Append(header.Change<NshLayer>(nsh => nsh with { TimeToLive = 8 })).Append(Web());
            Replayed.Run(TwoHops("nsh"), "a", sent).Crosses("route",
                Crossing.In("a", sent),
                Crossing.Out("b", toB),
                Crossing.In("b", toB.Change<NshLayer>(nsh => nsh with { ServiceIndex = 253 })),
                Crossing.Out("dst", Web()));
        }
    }

    [Fact]
    public void Traffic_class_and_labels_underneath_stay_between_mpls_aware_functions()
    {
        PacketBuilder stack = new PacketBuilder().Ethernet(ForwarderMac, A).Mpls((Path << 8) | 254, trafficClass: 5, ttl: 100).Mpls(77, ttl: 3)
            .Ipv4("10.0.0.1", "10.0.0.2").Tcp(1, 80);
        PacketBuilder toB = stack.To(B).Change<MplsLayer>(label => label with { TimeToLive = 99 });
        PacketBuilder fromB = toB.Change<MplsLayer>(label => label with { Label = (Path << 8) | 253 });

        // Without our label it is still a labelled frame: its IP address is nobody's business, so only its MAC or the uplink decides.
        PacketBuilder atEnd = toB.Without<MplsLayer>();
        Replayed.Run(TwoHops("mpls"), "a", stack).Crosses("route",
            Crossing.In("a", stack), Crossing.Out("b", toB), Crossing.In("b", fromB), Crossing.Out("up", atEnd));
    }

    [Theory]
    [InlineData("nsh")]
    [InlineData("mpls")]
    public void A_frame_that_is_no_ip_packet_goes_along_the_path_of_nsh(string correlation)
    {
        // The function sends ARP, and a packet whose IP header cannot be read, with the right path: position, not content, decides.
        PacketBuilder arp = Link().Arp(1, Lab.SourceMac, "10.0.0.1", targetIp: "10.0.0.2");
        PacketBuilder sent = correlation == "nsh" ? _own.Nsh(Path, 254).Append(arp) : arp.Labelled(Path, 254, 200);
        Replayed replayed = Replayed.Run(TwoHops(correlation), "a", sent);
        if (correlation == "nsh")
        {
            replayed.Crosses("route",
                Crossing.In("a", sent), Crossing.Out("b", arp.InNsh(B, Path, 254, 62)), Crossing.In("b", arp.InNsh(B, Path, 253, 62)), Crossing.Out("dst", arp));
        }
        else
        {
            // A label says nothing of what it carries, so at the end there is no EtherType to give back.
            replayed.Crosses("route",
                Crossing.In("a", sent), Crossing.Out("b", arp.To(B).Labelled(Path, 254, 199)), Crossing.In("b", arp.To(B).Labelled(Path, 253, 199)))
                .Drops("malformed=1");
        }
    }

    private static Lab TwoHops(string correlation) =>
        Lab.Usual().Function("a", correlation, A).Function("b", correlation, B).WebChain((int)Path, correlation, "a", "b");

    private static byte[] Nsh(byte index, Func<NshLayer, NshLayer>? change = null) => _own.Nsh(Path, index, change: change).Append(Web()).Build();
}
