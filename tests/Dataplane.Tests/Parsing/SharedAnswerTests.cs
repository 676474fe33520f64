using System.IO.Compression;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Ports.PcapFile;
using NetworkingSfc.Dataplane.Tests.Ports.PcapFile;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Parsing;

/// <summary>Every packet of every shared capture against the answer of another tool.</summary>
public sealed class SharedAnswerTests
{
    private const int TupleColumn = 4;

    /// <summary>Rows on which two other parsers disagree, and ours does not say what the answer file says.</summary>
    private static readonly string[] _decided =
    [
        "pcapplusplus/Packet++Test__PacketExamples__ipv4-options.pcap 6",
        "pcapplusplus/Packet++Test__PacketExamples__ipv4-options.pcap 7",
        "suricata-verify/bug-7414-decoder-event-01__ip_secopt.pcap 3",
        "suricata-verify/firewall__tcp-session-decode-malformed-ipv4__input.pcap 8",
        "tcpdump/bigtcp-ipv6-geneve-ipv6.pcap 1",
        "tcpdump/bigtcp-ipv6-vxlan-ipv4.pcap 1",
        "tcpdump/bigtcp-ipv6-vxlan-ipv6.pcap 1",
        "tcpdump/bigtcp-ipv6.pcap 1",
        "zeek/ipv6-mobility-dst-opts.pcap 1",
    ];

    [Fact]
    public void Every_packet_has_the_five_tuple_of_its_answer_file()
    {
        Assert.SkipUnless(Repository.HasShared, $"no captures under {SharedCapture.Folder}");
        List<string> differences = [];
        List<string> decided = [];
        foreach (SharedCapture capture in SharedCapture.All.Where(capture => capture.IsAligned))
        {
            Compare(capture, differences, decided);
        }

        Assert.True(differences.Count == 0, $"{differences.Count} rows:\n{string.Join('\n', differences)}");
        Assert.Equal(_decided, decided);
    }

    private static void Compare(SharedCapture capture, List<string> differences, List<string> decided)
    {
        List<string> answers = ReadTuples(capture);
        using CaptureReader reader = CaptureReader.Open(capture.FullPath);
        int row = 0;
        while (reader.TryRead(out CaptureRecord record))
        {
            HeadersAssert.IsSound(record.Data, CaptureFraming.StartOf(record.LinkType), out PacketHeaders headers);
            string found = FiveTupleText.Of(in headers);
            string expected = row < answers.Count ? answers[row] : "no row";
            row++;
            if (found == expected)
            {
                continue;
            }

            string name = $"{capture.Name} {row}";
            if (_decided.Contains(name))
            {
                decided.Add(name);
            }
            else
            {
                differences.Add($"{name}\n  expected {expected}\n  found    {found}");
            }
        }

        if (row < answers.Count)
        {
            differences.Add($"{capture.Name}: {row} rows of {answers.Count}");
        }
    }

    private static List<string> ReadTuples(SharedCapture capture)
    {
        using GZipStream stream = new(File.OpenRead(capture.FullPath + ".five.tsv.gz"), CompressionMode.Decompress);
        using StreamReader reader = new(stream);
        List<string> tuples = [];
        _ = reader.ReadLine();
        while (reader.ReadLine() is string line)
        {
            tuples.Add(string.Join('\t', line.Split('\t')[TupleColumn..]));
        }

        return tuples;
    }
}
