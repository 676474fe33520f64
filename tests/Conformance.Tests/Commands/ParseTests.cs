using System.IO.Compression;
using System.Text;
using NetworkingSfc.Conformance.Tests.Chains;
using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Commands;

/// <summary><c>sfc parse</c> as a process: from a file, from standard input, compressed and damaged.</summary>
public sealed class ParseTests
{
    private const string Header = "n\tencap\tframe_len\tcap_len\tl3\tsrc\tdst\tproto\tsport\tdport\tfrag_offset\tmore_fragments\n";

    [Fact]
    public void File_and_standard_input_plain_or_compressed_give_the_same_table()
    {
        using WorkFolder folder = new();
        new InputFile("src",
            new InputPacket(1, ChainFrames.Web().Build()),
            new InputPacket(2, ChainFrames.Link().Ipv6("2001:db8::1", "2001:db8::2").Fragment(1, more: true).Udp(7, 9).Build(), WireLength: 1400),
            new InputPacket(3, ChainFrames.Link().Arp(1, Lab.SourceMac, "10.0.0.1").Build())).WriteTo(folder["in.pcap"]);
        byte[] plain = File.ReadAllBytes(folder["in.pcap"]);
        byte[] compressed = Compress(plain);
        folder.Write("in.pcap.gz", compressed);
        string expected = Header
            + "1\t1\t74\t74\tip\t0a000001\t0a000002\t6\t40000\t80\t0\t0\n"
            + "2\t1\t1400\t70\tipv6\t20010db8000000000000000000000001\t20010db8000000000000000000000002\t17\t7\t9\t0\t1\n"
            + "3\t1\t42\t42\t\t\t\t\t\t\t\t\n";

        Assert.Equal((0, expected, ""), SfcProcess.Run(["parse", folder["in.pcap"]]));
        Assert.Equal((0, expected, ""), SfcProcess.Run(["parse", folder["in.pcap.gz"]]));
        Assert.Equal((0, expected, ""), SfcProcess.Run(["parse", "-"], plain));
        Assert.Equal((0, expected, ""), SfcProcess.Run(["parse", "-"], compressed));
    }

    [Fact]
    public void A_damaged_capture_gives_its_rows_up_to_the_damage_and_status_1()
    {
        using WorkFolder folder = new();
        InputFile.Of("src", ChainFrames.Web().Build(), ChainFrames.Web().Build()).WriteTo(folder["in.pcap"]);
        byte[] cut = File.ReadAllBytes(folder["in.pcap"])[..^3];

        (int status, string text, string error) = SfcProcess.Run(["parse", "-"], cut);
        Assert.Equal(1, status);
        Assert.Equal(2, text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("standard input", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);

        (status, text, error) = SfcProcess.Run(["parse", folder["nothing.pcap"]]);
        Assert.Equal((1, ""), (status, text));
        Assert.Contains(folder["nothing.pcap"], error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_table_of_a_shared_capture_is_that_of_its_answer_file()
    {
        Assert.SkipUnless(Repository.HasShared, $"no folder {Repository.Shared}");
        string capture = Path.Combine(Repository.Shared, "captures", "arkime", "IKEv1.pcap");
        using GZipStream answer = new(File.OpenRead(capture + ".five.tsv.gz"), CompressionMode.Decompress);
        using StreamReader reader = new(answer, Encoding.UTF8);
        Assert.Equal((0, reader.ReadToEnd(), ""), SfcProcess.Run(["parse", capture]));
    }

    private static byte[] Compress(byte[] content)
    {
        using MemoryStream compressed = new();
        using (GZipStream gzip = new(compressed, CompressionLevel.Optimal))
        {
            gzip.Write(content);
        }

        return compressed.ToArray();
    }
}
