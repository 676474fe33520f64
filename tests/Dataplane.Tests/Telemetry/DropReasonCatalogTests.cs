using System.Text.RegularExpressions;
using NetworkingSfc.Dataplane.Telemetry;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Telemetry;

public sealed partial class DropReasonCatalogTests
{
    [Fact]
    public void Every_reason_is_listed_once_and_in_the_order_of_the_enum() =>
        Assert.Equal(Enum.GetValues<DropReason>().Where(reason => reason != DropReason.None), DropReasonCatalog.All.Select(entry => entry.Reason));

    [Fact]
    public void Names_are_unique_and_in_snake_case()
    {
        string[] names = [.. DropReasonCatalog.All.Select(entry => entry.Name)];

        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.All(names, name => Assert.Matches(SnakeCase, name));
    }

    [Fact]
    public void Names_that_others_rely_on_have_not_changed() => Assert.Superset(
        new HashSet<string>
        {
            "malformed", "captured_short", "no_destination", "unknown_path", "ttl_exceeded", "nsh_version", "nsh_md_type",
            "nsh_next_protocol", "nsh_oam", "group_empty", "too_long", "tx_queue_full",
        },
        DropReasonCatalog.All.Select(entry => entry.Name).ToHashSet());

    [Fact]
    public void Each_name_is_that_of_its_enum_value() => Assert.All(DropReasonCatalog.All, entry =>
    {
        Assert.Equal(entry.Reason.ToString(), entry.Name.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
        Assert.Equal(entry.Name, DropReasonCatalog.NameOf(entry.Reason));
    });

    [Fact]
    public void Every_description_is_a_sentence_of_its_own()
    {
        Assert.All(DropReasonCatalog.All, entry => Assert.True(char.IsUpper(entry.Description[0]) && entry.Description.EndsWith('.'), entry.Name));
        Assert.Equal(DropReasonCatalog.All.Length, DropReasonCatalog.All.Select(entry => entry.Description).Distinct().Count());
    }

    [GeneratedRegex("^[a-z]+(_[a-z]+)*$")]
    private static partial Regex SnakeCase { get; }
}
