using System.IO.Compression;
using System.Text;
using System.Text.Json;
using NetworkingSfc.Classifier;
using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Commands;

/// <summary><c>sfc classify</c>: what it counts, prints, writes and refuses.</summary>
public sealed class ClassifyTests : IDisposable
{
    private const string Rules =
        "@10.0.0.1/32\t10.0.0.0/8\t0 : 65535\t80 : 80\t0x06/0xff\n"
        + "@10.0.0.1/32\t10.0.0.0/8\t0 : 65535\t80 : 80\t0x06/0xff\n"
        + "@0.0.0.0/0\t0.0.0.0/0\t0 : 65535\t0 : 1023\t0x00/0x00\n";

    private const string Trace =
        "167772161\t167772162\t40000\t80\t6\t0\n"
        + "167772161\t167772162\t40000\t80\t17\t2\n"
        + "4294967295\t0\t0\t65535\t255\t-1\n";

    private const string Updates =
        "Q\t167772161\t167772162\t1\t80\t6\t0\n"
        + "A\t1\n"
        + "D\t0\n"
        + "Q\t167772161\t167772162\t1\t80\t6\t1\n"
        + "D\t2\n"
        + "Q\t167772161\t167772162\t1\t80\t17\t-1\n";

    private const string Rules6 =
        "@2001:db8::1/128\t2001:DB8:0:1::/64\t0 : 65535\t0 : 65535\t0x3a/0xff\n"
        + "@::/0\t::ffff:192.0.2.1/128\t0 : 65535\t0 : 65535\t0x00/0x00\n";

    private const string Trace6 =
        "20010db8000000000000000000000001\t20010DB800000001ffffffffffffffff\t0\t0\t58\t0\n"
        + "20010db8000000000000000000000001\t00000000000000000000ffffc0000201\t0\t0\t58\t1\n"
        + "20010db8000000000000000000000001\t20010db8000000020000000000000000\t0\t0\t58\t-1\n";

    private readonly WorkFolder _folder = new();

    public static TheoryData<string> Runnable => [.. ClassifierCatalog.Implementations.Where(i => i.IsSupported).Select(i => i.Name)];

    public static TheoryData<string, string, string> BadRules => new()
    {
        { "", "source is missing", "@SOURCE/LENGTH" },
        { "10.0.0.1/32\t0.0.0.0/0\t0 : 1\t0 : 1\t0x06/0xff", "source '10.0.0.1/32'", "'@'" },
        { "@10.0.0.1\t0.0.0.0/0\t0 : 1\t0 : 1\t0x06/0xff", "source '10.0.0.1'", "ADDRESS/LENGTH" },
        { "@10.0.0.256/32\t0.0.0.0/0\t0 : 1\t0 : 1\t0x06/0xff", "source '10.0.0.256/32'", "ADDRESS/LENGTH" },
        { "@10.0.0/24\t0.0.0.0/0\t0 : 1\t0 : 1\t0x06/0xff", "source '10.0.0/24'", "ADDRESS/LENGTH" },
        { "@10.0.0.1/32\t10.0.0.0/33\t0 : 1\t0 : 1\t0x06/0xff", "destination '10.0.0.0/33'", "up to 32 bits" },
        { "@10.0.0.1/32\t::/0\t0 : 1\t0 : 1\t0x06/0xff", "IPv4 and IPv6", "one family" },
        { "@::1/129\t::/0\t0 : 1\t0 : 1\t0x06/0xff", "source '::1/129'", "up to 128" },
        { "@fe80::1%1/64\t::/0\t0 : 1\t0 : 1\t0x06/0xff", "source 'fe80::1%1/64'", "ADDRESS/LENGTH" },
        { "@10.0.0.1/32\t0.0.0.0/0\t0 : 65536\t0 : 1\t0x06/0xff", "source port '65536'", "0 to 65535" },
        { "@10.0.0.1/32\t0.0.0.0/0\t0-1\t0 : 1\t0x06/0xff", "source port '0-1'", "0 to 65535" },
        { "@10.0.0.1/32\t0.0.0.0/0\t0 - 1\t0 : 1\t0x06/0xff", "between ports '-'", "':'" },
        { "@10.0.0.1/32\t0.0.0.0/0\t0 : 1\t2 : 1\t0x06/0xff", "destination ports 2 : 1", "LOW : HIGH" },
        { "@10.0.0.1/32\t0.0.0.0/0\t0 : 1\t0 : 1\t6", "protocol '6'", "0x06/0xff" },
        { "@10.0.0.1/32\t0.0.0.0/0\t0 : 1\t0 : 1\t0x06/0xf0", "protocol '0x06/0xf0'", "0x06/0xff" },
        { "@10.0.0.1/32\t0.0.0.0/0\t0 : 1\t0 : 1", "protocol is missing", "0xPROTOCOL/0xMASK" },
        { "@10.0.0.1/32\t0.0.0.0/0\t0 : 1\t0 : 1\t0x06/0xff\t0x1000/0x1000", "'0x1000/0x1000' follows", "0xPROTOCOL/0xMASK" },
    };

    public static TheoryData<string, string, string> BadTraces => new()
    {
        { "1\t2\t3\t4\t6", "expected rule is missing", "EXPECTED" },
        { "4294967296\t2\t3\t4\t6\t0", "source '4294967296'", "up to 4294967295" },
        { "10.0.0.1\t2\t3\t4\t6\t0", "source '10.0.0.1'", "a decimal number" },
        { "1\t-2\t3\t4\t6\t0", "destination '-2'", "a decimal number" },
        { "1\t20010db800000000000000000000000g\t3\t4\t6\t0", "destination '20010db8", "32 hexadecimal digits" },
        { "1\t20010db8000000000000000000000001\t3\t4\t6\t0", "IPv4 and IPv6", "one family" },
        { "1\t2\t65536\t4\t6\t0", "source port '65536'", "0 to 65535" },
        { "1\t2\t3\t4\t256\t0", "protocol '256'", "0 to 255" },
        { "1\t2\t3\t4\t6\t-2", "expected rule '-2'", "from -1" },
        { "1\t2\t3\t4\t6\t0\t\u001b[1m", "'\\u001b[1m' follows", "EXPECTED" },
    };

    public static TheoryData<string, string, string> BadUpdates => new()
    {
        { "X\t1", "operation 'X'", "A, D or Q" },
        { "A", "rule is missing", "A INDEX" },
        { "A\t0", "rule 0 is installed already", "A INDEX" },
        { "D\t1", "rule 1 is not installed", "D INDEX" },
        { "A\t3", "rule '3'", "0 to 2" },
        { "A\t1\t2", "'2' follows", "A INDEX" },
        { "Q\t1\t2\t3\t4\t6", "expected rule is missing", "Q SOURCE" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Runnable))]
    public async Task Report_has_exactly_its_members(string name)
    {
        string results = _folder["answers"];
        JsonElement plain = (await ClassifyAsync(Rules, Trace, "--json", "--implementation", name, "--cache", "off", "--results", results)).Json();
        string[] members = ["rules", "packets", "mismatches", "mlookups_best", "mlookups_median", "build_ms", "bytes", "cache_bytes"];
        Assert.Equal(members, plain.EnumerateObject().Select(member => member.Name));
        Assert.Equal((3, 3, 0), (plain.GetProperty("rules").GetInt32(), plain.GetProperty("packets").GetInt32(), plain.GetProperty("mismatches").GetInt32()));
        Assert.Equal(0, plain.GetProperty("cache_bytes").GetInt64());
        Assert.InRange(plain.GetProperty("bytes").GetInt64(), 1, 1 << 24);
        Assert.True(plain.GetProperty("mlookups_best").GetDouble() >= plain.GetProperty("mlookups_median").GetDouble());
        Assert.Equal("0\n2\n-1\n", File.ReadAllText(results));

        JsonElement updated = (await ClassifyAsync(Rules, Trace, "--json", "--implementation", name, "--updates", _folder.Write("updates", Updates))).Json();
        Assert.Equal([.. members, "update_us_p50", "update_us_p999"], updated.EnumerateObject().Select(member => member.Name));
        Assert.Equal(0, updated.GetProperty("mismatches").GetInt32());
        Assert.True(updated.GetProperty("update_us_p999").GetDouble() >= updated.GetProperty("update_us_p50").GetDouble());
    }

    [Fact]
    public async Task Compressed_files_of_IPv6_are_read_and_people_get_lines()
    {
        string text = (await RunAsync(WriteCompressed("rules.x", Rules6), WriteCompressed("trace.x", Trace6), "--burst", "2")).Table();
        Assert.StartsWith("rules       2\npackets     3\nmismatches  0\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("updates", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(40)]
    public async Task Compressed_file_that_ends_too_early_is_refused(int missing)
    {
        string trace = WriteCompressed("trace", Trace);
        File.WriteAllBytes(trace, File.ReadAllBytes(trace)[..^missing]);
        AssertUnreadable(await RunAsync(_folder.Write("rules", Rules), trace), trace);

        string rules = WriteCompressed("rules", Rules);
        File.WriteAllBytes(rules, File.ReadAllBytes(rules)[..^missing]);
        AssertUnreadable(await RunAsync(rules, _folder.Write("trace", Trace)), rules);

        string updates = WriteCompressed("updates", Updates);
        File.WriteAllBytes(updates, File.ReadAllBytes(updates)[..^missing]);
        AssertUnreadable(await ClassifyAsync(Rules, Trace, "--updates", updates), updates);
    }

    [Fact]
    public async Task Compressed_file_with_a_wrong_checksum_is_refused_and_one_of_two_members_is_read()
    {
        string rules = WriteCompressed("rules", Rules);
        byte[] whole = File.ReadAllBytes(rules);
        File.WriteAllBytes(rules, [.. whole, .. whole]);
        Assert.StartsWith("rules       6\n", (await RunAsync(rules, _folder.Write("trace", Trace))).Table(), StringComparison.Ordinal);

        whole[^5] ^= 1;
        File.WriteAllBytes(rules, whole);
        AssertUnreadable(await RunAsync(rules, _folder.Write("trace", Trace)), rules);
    }

    [Fact]
    public async Task Wrong_answers_are_counted_named_and_status_1()
    {
        string results = _folder["answers"];
        CommandRun run = await ClassifyAsync(
            Rules, Trace.Replace("17\t2\n", "17\t0\n", StringComparison.Ordinal), "--json", "--results", results,
            "--updates", _folder.Write("updates", Updates.Replace("6\t1\n", "6\t0\n", StringComparison.Ordinal)));
        Assert.Equal(1, run.Status);
        Assert.Equal(2, JsonDocument.Parse(run.Output).RootElement.GetProperty("mismatches").GetInt32());
        Assert.Equal(
            $"sfc classify: {_folder["trace"]}, line 2: the first wrong answer.\nsfc classify: {_folder["updates"]}, line 4: the first wrong answer.\n", run.Error);
        Assert.Equal("0\n2\n-1\n", File.ReadAllText(results));
    }

    [Theory]
    [MemberData(nameof(BadRules))]
    public async Task Bad_rule_is_named_with_file_and_line(string line, string wrong, string accepted)
    {
        string before = (line.StartsWith("@10", StringComparison.Ordinal) ? Rules : Rules6).Split('\n')[0];
        AssertNamed(await ClassifyAsync($"{before}\n{line}\n{before}\n", Trace), "rules", wrong, accepted);
    }

    [Theory]
    [MemberData(nameof(BadTraces))]
    public async Task Bad_packet_is_named_with_file_and_line(string line, string wrong, string accepted) =>
        AssertNamed(await ClassifyAsync(Rules, "1\t2\t3\t4\t6\t0\n" + line), "trace", wrong, accepted);

    [Theory]
    [MemberData(nameof(BadUpdates))]
    public async Task Bad_step_is_named_with_file_and_line(string line, string wrong, string accepted) =>
        AssertNamed(await ClassifyAsync(Rules, Trace, "--updates", _folder.Write("updates", "Q\t1\t2\t3\t4\t6\t0\n" + line + "\n")), "updates", wrong, accepted);

    [Fact]
    public async Task Files_of_different_families_or_none_are_refused()
    {
        (await ClassifyAsync(Rules, Trace6)).Refused(
            $"sfc classify: '{_folder["trace"]}' and '{_folder["rules"]}' are of different address families; files of one family are accepted.");
        (await ClassifyAsync(Rules, "")).Refused($"sfc classify: '{_folder["trace"]}' is empty; a trace of one packet or more is accepted.");
        File.Delete(_folder["rules"]);
        CommandRun missing = await RunAsync(_folder["rules"], _folder["trace"]);
        Assert.Equal((1, ""), (missing.Status, missing.Output));
        Assert.Contains("cannot be read", missing.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1 to 256", "--burst", "0")]
    [InlineData("1 to 256", "--burst", "257")]
    [InlineData("1 to 256", "--burst", "many")]
    [InlineData("0 to 3600", "--seconds", "-1")]
    [InlineData("0 to 3600", "--seconds", "3601")]
    [InlineData("'off'", "--cache", "maybe")]
    [InlineData("LinearClassifier", "--implementation", "linearclassifier")]
    [InlineData("--verbose", "--verbose")]
    public async Task Wrong_usage_says_what_is_accepted(string part, params string[] arguments) =>
        (await CommandRun.OfAsync(["classify", "--rules", _folder.Write("rules", Rules), "--trace", _folder.Write("trace", Trace), .. arguments])).Misused(part);

    [Fact]
    public async Task Rules_and_trace_are_required()
    {
        (await CommandRun.OfAsync("classify", "--trace", _folder.Write("trace", Trace))).Misused("--rules");
        (await CommandRun.OfAsync("classify", "--rules", _folder.Write("rules", Rules))).Misused("--trace");
    }

    [Fact]
    public async Task Shared_set_and_its_updates_have_no_mismatch()
    {
        Assert.SkipUnless(Repository.HasShared, $"no folder {Repository.Shared}");
        string set = Path.Combine(Repository.Shared, "classbench", "acl1_1k");
        JsonElement report = (await RunAsync($"{set}.rules.gz", $"{set}.zipf.trace.gz", "--updates", $"{set}.updates.gz", "--burst", "7", "--json")).Json();
        Assert.Equal((942, 100_000, 0), (report.GetProperty("rules").GetInt32(), report.GetProperty("packets").GetInt32(), report.GetProperty("mismatches").GetInt32()));
    }

    private static Task<CommandRun> RunAsync(string rules, string trace, params string[] arguments) =>
        CommandRun.OfAsync(["classify", "--rules", rules, "--trace", trace, "--seconds", "0", .. arguments]);

    private Task<CommandRun> ClassifyAsync(string rules, string trace, params string[] arguments) =>
        RunAsync(_folder.Write("rules", rules), _folder.Write("trace", trace), arguments);

    private static void AssertUnreadable(CommandRun run, string file)
    {
        Assert.Equal((1, ""), (run.Status, run.Output));
        Assert.StartsWith($"sfc classify: '{file}' cannot be read: ", run.Error, StringComparison.Ordinal);
        Assert.EndsWith("; a text file, perhaps compressed with gzip, is accepted.\n", run.Error, StringComparison.Ordinal);
    }

    private void AssertNamed(CommandRun run, string file, string wrong, string accepted)
    {
        Assert.Equal((1, ""), (run.Status, run.Output));
        Assert.StartsWith($"sfc classify: {_folder[file]}, line 2: {wrong}", run.Error, StringComparison.Ordinal);
        Assert.Contains(accepted, run.Error, StringComparison.Ordinal);
        Assert.EndsWith(" is accepted.\n", run.Error.Replace(" are accepted.", " is accepted.", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private string WriteCompressed(string name, string content)
    {
        using MemoryStream compressed = new();
        using (GZipStream gzip = new(compressed, CompressionLevel.Optimal))
        {
            gzip.Write(Encoding.UTF8.GetBytes(content));
        }

        return _folder.Write(name, compressed.ToArray());
    }
}
