using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Control.Tests.Conformance;

/// <summary>The recordings of the reference server, and samples of our own in the same form for what goes beyond it.</summary>
public sealed class RecordedScenariosTests
{
    private static readonly string _samples = Path.Combine(Repository.Data, "api");

    [Theory]
    [InlineData("bulk", 14)]
    [InlineData("discovery", 27)]
    [InlineData("envelopes", 77)]
    [InlineData("flow_classifiers", 133)]
    [InlineData("lists", 391)]
    [InlineData("neutron_ports", 29)]
    [InlineData("port_chains", 168)]
    [InlineData("port_pair_groups", 93)]
    [InlineData("port_pairs", 72)]
    [InlineData("project_scope", 59)]
    [InlineData("quota", 28)]
    [InlineData("service_graphs", 130)]
    [InlineData("tap", 29)]
    public async Task Answers_what_the_reference_answered(string area, int exchanges)
    {
        Assert.SkipUnless(Repository.HasShared, $"The recordings are not there: {Repository.Shared} does not exist.");
        string folder = Path.Combine(Repository.Shared, "conformance", "scenarios", area);
        Assert.Equal(exchanges, await PlayAsync(Directory.GetFiles(folder, "*.json")));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task Answers_our_own_samples(string name) => Assert.NotEqual(0, await PlayAsync([Path.Combine(_samples, name)]));

    [Fact]
    public void Every_kind_of_resource_has_samples() =>
        Assert.All(ResourceCatalog.All, kind => Assert.True(File.Exists(Path.Combine(_samples, $"{kind.Plural}.json")), kind.Plural));

    public static TheoryData<string> Samples() => [.. Directory.GetFiles(_samples, "*.json").Select(file => Path.GetFileName(file)!).Order()];

    private static async Task<int> PlayAsync(IEnumerable<string> files)
    {
        await using ControlHost host = await TestHost.StartAsync();
        using Replayer replayer = new(host.Address);
        foreach (string file in files.Order(StringComparer.Ordinal))
        {
            await replayer.PlayAsync(file);
        }

        Assert.Empty(replayer.Failures);
        return replayer.Passed;
    }
}
