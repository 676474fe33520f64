using NetworkingSfc.Conformance.Tests.Chains;
using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Dataplane.Ports.PcapFile;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Refusals;

/// <summary>Inputs that cannot be replayed.</summary>
public sealed class InputRefusalTests
{
    [Fact]
    public void An_unknown_port_is_refused_with_the_names_of_the_ports()
    {
        using Attempt attempt = new();
        attempt.Inputs = ["scr=" + attempt.Folder["in.pcap"]];
        attempt.AssertRefused("--input scr=", "src, dst, up");
        attempt.Inputs = [attempt.Folder["in.pcap"]];
        attempt.AssertRefused("--input " + attempt.Folder["in.pcap"], "PORT=CAPTURE");
        attempt.Inputs = [""];
        attempt.AssertRefused("PORT=CAPTURE");
    }

    [Fact]
    public void A_name_that_two_ports_have_is_refused_and_an_id_is_taken()
    {
        const string Id = "22222222-0000-4000-8000-000000000001";
        using Attempt attempt = new();
        attempt.StatePath = attempt.Folder.Write("twins.json", Lab.Usual().Port("src", "02:00:00:00:00:0e")
            .Change(root => root["ports"]![0]!["id"] = Id).Json);
        attempt.AssertRefused("--input src=", "2 ports", Id);
        attempt.Inputs = [Id + "=" + attempt.Folder["in.pcap"]];
        Assert.Equal(0, attempt.Run().Status);
    }

    [Fact]
    public void A_port_whose_name_has_an_equals_sign_can_be_named()
    {
        using Attempt attempt = new();
        attempt.StatePath = attempt.Folder.Write("state.json", Lab.Usual().Port("a=b", "02:00:00:00:00:0e").Json);
        attempt.Inputs = ["a=b=" + attempt.Folder["in.pcap"]];
        (int status, string text, string error) = attempt.Run();
        Assert.True(status == 0, error);
        Assert.Equal("a=b 1 0", new ReplayCounts(text).Ports[3]);
    }

    [Fact]
    public void A_capture_that_cannot_be_opened_is_named()
    {
        using Attempt attempt = new();
        foreach (string path in new[] { attempt.Folder["nothing.pcap"], attempt.Folder.FullPath, "" })
        {
            attempt.Inputs = ["src=" + attempt.Folder["in.pcap"], "dst=" + path];
            attempt.AssertRefused($"'{path}'", "pcap or pcapng");
        }
    }

    [Fact]
    public void A_file_that_is_no_capture_is_named_with_what_is_accepted()
    {
        using Attempt attempt = new();
        attempt.Inputs = ["src=" + attempt.Folder.Write("note.txt", "This is a note.")];
        attempt.AssertRefused(attempt.Folder["note.txt"], "54686973", "pcapng");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_capture_damaged_in_the_middle_leaves_no_half_output(bool asPcapNg)
    {
        // More packets than one round before the damage, so that records have been written when it is found.
        using Attempt attempt = new();
        byte[] frame = ChainFrames.Web().Build();
        new InputFile("src", [.. Enumerable.Range(0, 20_000).Select(number => new InputPacket(number, frame))]).WriteTo(attempt.Folder["large"], asPcapNg);
        byte[] bytes = File.ReadAllBytes(attempt.Folder["large"]);
        int record = asPcapNg ? 36 + ((frame.Length + 3) & ~3) - 4 : 16 + frame.Length;
        int start = asPcapNg ? bytes.Length - (10_000 * record) : 24 + (10_000 * record);
        bytes.AsSpan(start, 12).Fill(0xff);
        attempt.Inputs = ["src=" + attempt.Folder["in.pcap"], "dst=" + attempt.Folder.Write("damaged", bytes)];
        attempt.AssertRefused(attempt.Folder["damaged"], "accepted");

        attempt.Inputs = ["src=" + attempt.Folder.Write("cut", bytes.AsSpan(0, start + 5).ToArray())];
        attempt.AssertRefused(attempt.Folder["cut"], "accepted");
    }

    [Fact]
    public void A_capture_of_another_link_type_is_refused_at_its_first_packet()
    {
        using Attempt attempt = new();
        using (ClassicPcapWriter writer = ClassicPcapWriter.Create(attempt.Folder["raw.pcap"], linkType: 101))
        {
            writer.TryWrite(0, ChainFrames.Web().Build().AsSpan(14), 40);
        }

        attempt.Inputs = ["src=" + attempt.Folder["raw.pcap"]];
        attempt.AssertRefused(attempt.Folder["raw.pcap"], "packet 1", "link type 101", "Ethernet", "1");
    }

    [Fact]
    public void A_packet_of_another_link_type_among_ethernet_ones_is_refused()
    {
        using Attempt attempt = new();
        using (CaptureWriter writer = CaptureWriter.Create(attempt.Folder["mixed.pcapng"]))
        {
            int ethernet = writer.AddInterface("eth");
            int raw = writer.AddInterface("raw", linkType: 101);
            writer.TryWrite(ethernet, 0, ChainFrames.Web().Build(), 74, CaptureDirection.Inbound);
            writer.TryWrite(raw, 0, ChainFrames.Web().Build().AsSpan(14), 60, CaptureDirection.Inbound);
        }

        attempt.Inputs = ["src=" + attempt.Folder["mixed.pcapng"]];
        attempt.AssertRefused(attempt.Folder["mixed.pcapng"], "packet 2", "link type 101");
    }

    [Fact]
    public void A_capture_compressed_with_gzip_and_one_of_no_bytes_are_read()
    {
        using Attempt attempt = new();
        using (FileStream file = File.Create(attempt.Folder["in.pcap.gz"]))
        using (System.IO.Compression.GZipStream gzip = new(file, System.IO.Compression.CompressionLevel.Fastest))
        {
            gzip.Write(File.ReadAllBytes(attempt.Folder["in.pcap"]));
        }

        attempt.Inputs = ["src=" + attempt.Folder["in.pcap.gz"], "dst=" + attempt.Folder.Write("empty", "")];
        (int status, string text, string error) = attempt.Run();
        Assert.True(status == 0, error);
        Assert.Equal(1, new ReplayCounts(text).Received);
    }
}
