using NetworkingSfc.Control.Drivers.OpenVswitch;
using NetworkingSfc.Sfc.Verify;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Verify;

/// <summary>
/// Every row of the table of known differences: a real switch with the reference's flows does what it says, and with ours it
/// does not, unless the row says that flows cannot mend it or that it is of what the reference does not steer.
/// </summary>
public sealed class KnownDifferenceTests(SwitchFixture fixture) : IClassFixture<SwitchFixture>
{
    public static TheoryData<string> Names => [.. KnownDifferences.All.Select(row => row.Name)];

    [Fact]
    public void Every_row_has_a_name_of_its_own_a_section_and_a_scenario()
    {
        Assert.Equal(KnownDifferences.All.Select(row => row.Name).Order(StringComparer.Ordinal), KnownScenario.All.Keys.Order(StringComparer.Ordinal));
        Assert.All(KnownDifferences.All, row => Assert.Matches(@"^\d+(, (rule|row) \d+[a-z]?)?$", row.Section));
    }

    [Fact]
    public void Every_row_cites_a_section_that_is_there()
    {
        Assert.SkipUnless(Repository.HasShared, $"no folder {Repository.Shared}");
        string page = File.ReadAllText(Path.Combine(Repository.Shared, "spec", "reference-dataplane.md"));
        Assert.All(KnownDifferences.All, row =>
        {
            string[] cited = row.Section.Split(", ");
            string section = page[page.IndexOf($"\n## {cited[0]}. ", StringComparison.Ordinal)..];
            Assert.True(cited.Length == 1 || section.Contains(Start(cited[1]), StringComparison.Ordinal), $"{row.Name}: {row.Section}");
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_reference_does_it_and_our_flows_do_not(string name)
    {
        KnownDifference row = KnownDifferences.All.Single(candidate => candidate.Name == name);
        KnownScenario scenario = KnownScenario.All[name];
        VerifyReport reference = Verified.Run(fixture.Switch, scenario.Lab, FlowDialect.Reference, scenario.Inputs);
        Verified.AssertKnown(reference, "reference");
        Assert.Equal(!row.IsInFixedOnly, reference.Differences.Any(difference => difference.Known.Contains(row)));

        VerifyReport ours = Verified.Run(fixture.Switch, scenario.Lab, FlowDialect.Fixed, scenario.Inputs);
        Verified.AssertKnown(ours, "fixed");
        Assert.Equal(row.IsInBoth || row.IsInFixedOnly, ours.Differences.Any(difference => difference.Known.Contains(row)));
        Assert.All(ours.Differences, difference => Assert.All(difference.Known, known => Assert.True(known.IsOf(FlowDialect.Fixed), known.Name)));
    }

    private static string Start(string cited) => cited.StartsWith("rule ", StringComparison.Ordinal) ? $"\n{cited[5..]}. " : $"\n| {cited[4..]} | ";
}
