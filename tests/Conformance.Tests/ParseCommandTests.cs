using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using NetworkingSfc.Sfc.Parse;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Conformance.Tests;

public sealed class ParseCommandTests : IDisposable
{
    private const string Header = "n\tencap\tframe_len\tcap_len\tl3\tsrc\tdst\tproto\tsport\tdport\tfrag_offset\tmore_fragments\n";

    private const string Rows =
        "1\t1\t54\t54\tip\tc0000201\tc6336402\t6\t50000\t443\t0\t0\n"
        + "2\t1\t70\t70\tipv6\t20010db8000000000000000000000001\t20010db8000000000000000000000002\t17\t\t\t185\t0\n"
        + "3\t1\t42\t42\t\t\t\t\t\t\t\t\n";

    private static readonly byte[] _capture = Capture(
        new PacketBuilder().Ethernet().Ipv4("192.0.2.1", "198.51.100.2").Tcp(50000, 443).Build(),
        new PacketBuilder().Ethernet().Ipv6("2001:db8::1", "2001:db8::2").Fragment(1, 1480, nextHeader: 17).Payload(8).Build(),
        new PacketBuilder().Ethernet().Arp(1, "02:00:00:00:00:01", "192.0.2.1").Build());

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void The_table_is_printed_exactly()
    {
        File.WriteAllBytes(_path, _capture);
        Assert.Equal((0, Header + Rows, ""), Run(_path));
    }

    [Fact]
    public void A_capture_of_more_than_one_buffer_is_printed_whole()
    {
        byte[] frame = new PacketBuilder().Ethernet().Ipv6("2001:db8::1", "2001:db8::2").Udp(1, 2).Build();
        File.WriteAllBytes(_path, Capture([.. Enumerable.Repeat(frame, 5000)]));
        (int status, string output, _) = Run(_path);
        Assert.Equal(0, status);
        string[] lines = output.Split('\n');
        Assert.Equal(5002, lines.Length);
        Assert.All(lines[1..^1], (line, index) => Assert.StartsWith($"{index + 1}\t1\t62\t62\tipv6\t", line));
    }

    [Fact]
    public void A_damaged_capture_gives_the_rows_before_the_damage_and_one_line()
    {
        File.WriteAllBytes(_path, _capture[..^1]);
        (int status, string output, string error) = Run(_path);
        Assert.Equal(1, status);
        Assert.Equal(Header + string.Join('\n', Rows.Split('\n')[..2]) + "\n", output);
        Assert.Single(error.TrimEnd('\n').Split('\n'));
        Assert.Contains(_path, error);
    }

    [Fact]
    public void A_file_that_is_no_capture_gives_one_line()
    {
        File.WriteAllText(_path, "not a capture");
        (int status, _, string error) = Run(_path);
        Assert.Equal(1, status);
        Assert.Single(error.TrimEnd('\n').Split('\n'));
    }

    [Theory]
    [InlineData("missing/file.pcap")]
    [InlineData("")]
    [InlineData(".")]
    public void A_path_that_cannot_be_read_gives_one_line(string path)
    {
        (int status, string output, string error) = Run(path);
        Assert.Equal((1, ""), (status, output));
        Assert.Single(error.TrimEnd('\n').Split('\n'));
        Assert.StartsWith("sfc parse: ", error);
    }

    [Fact]
    public void Every_shared_capture_prints_its_answer_file()
    {
        string folder = Path.Combine(Repository.Shared, "captures");
        Assert.SkipUnless(Directory.Exists(folder), $"no captures under {folder}");
        HashSet<string> known = [.. File.ReadLines(Path.Combine(folder, "KNOWN-DIFFERENCES.tsv")).Skip(1).Select(line => NameOfRow(line.Split('\t')))];
        List<string> differences = [];
        foreach (string[] row in File.ReadLines(Path.Combine(folder, "INDEX.tsv")).Skip(1).Select(line => line.Split('\t')))
        {
            (int status, string output, _) = Run(Path.Combine(folder, row[0]));
            bool endsInError = row[9] != "ok";
            if (status != (endsInError ? 1 : 0))
            {
                differences.Add($"{row[0]}: exit status {status}");
            }

            string[] expected = ReadAnswer(Path.Combine(folder, row[0] + ".five.tsv.gz"));
            string[] found = output.Split('\n')[..^1];
            differences.AddRange(
                expected.Zip(found).Where(pair => pair.First != pair.Second && !known.Contains($"{row[0]} {pair.First.Split('\t')[0]}"))
                    .Select(pair => $"{row[0]}\n  expected {pair.First}\n  found    {pair.Second}"));
            if (row[10] == "yes" && Math.Max(1, expected.Length) != found.Length)
            {
                differences.Add($"{row[0]}: {found.Length} lines of {expected.Length}");
            }
        }

        Assert.True(differences.Count == 0, $"{differences.Count}:\n{string.Join('\n', differences)}");
    }

    [Fact]
    public void The_command_line_reads_standard_input()
    {
        (int status, string output, string error) = Execute(_capture, "parse", "-");
        Assert.Equal((0, Header + Rows, ""), (status, output, error));
    }

    [Theory]
    [InlineData]
    [InlineData("parse")]
    [InlineData("parse", "a", "b")]
    [InlineData("parse", "--unknown", "a")]
    [InlineData("unknown")]
    public void A_wrong_command_line_exits_with_2(params string[] arguments)
    {
        (int status, _, string error) = Execute([], arguments);
        Assert.Equal(2, status);
        Assert.NotEmpty(error);
    }

    private static string NameOfRow(string[] difference) => $"{difference[0]} {difference[1]}";

    private static (int Status, string Output, string Error) Run(string path)
    {
        using MemoryStream output = new();
        using StringWriter error = new() { NewLine = "\n" };
        int status = ParseCommand.Run(path, output, error);
        return (status, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }

    private static (int Status, string Output, string Error) Execute(byte[] input, params string[] arguments)
    {
        ProcessStartInfo start = new(Environment.ProcessPath is string host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "sfc.dll"));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.GetAwaiter().GetResult());
    }

    private static string[] ReadAnswer(string path)
    {
        using GZipStream stream = new(File.OpenRead(path), CompressionMode.Decompress);
        using StreamReader reader = new(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>A classic little-endian pcap of Ethernet frames, written apart from the product.</summary>
    private static byte[] Capture(params byte[][] frames)
    {
        using MemoryStream stream = new();
        foreach (uint word in new uint[] { 0xa1b2c3d4, 0x0004_0002, 0, 0, 262_144, 1 })
        {
            Write(stream, word);
        }

        foreach (byte[] frame in frames)
        {
            foreach (uint word in new uint[] { 1, 0, (uint)frame.Length, (uint)frame.Length })
            {
                Write(stream, word);
            }

            stream.Write(frame);
        }

        return stream.ToArray();
    }

    private static void Write(MemoryStream stream, uint word)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, word);
        stream.Write(bytes);
    }
}
