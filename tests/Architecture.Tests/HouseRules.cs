using System.Text.RegularExpressions;
using NetworkingSfc.Architecture.Tests.Sources;
using Xunit;

namespace NetworkingSfc.Architecture.Tests;

/// <summary>Sections 2 and 13: what the house looks like.</summary>
public sealed partial class HouseRules
{
    private const int LinesThatNeedAReason = 600;
    private const int LinesThatAreTheTop = 20;

    // Each is joined from two halves, so that this file does not breach the rule it states.
    private static readonly Regex _leftForLater = new(@"\b(TO" + @"DO|FIX" + @"ME|HA" + @"CK)\b");
    private static readonly Regex _machinePath = new(@"(?<![\w.~/<])/(ho" + @"me|ro" + @"ot|Us" + @"ers|wo" + @"rk|tmp/w" + @"t)/\w|\b[A-Z]:\\Us" + @"ers\\");
    private static readonly Regex _registry = new(@"\b(nuget|pypi|npmjs)\.o" + @"rg\b|\bpkgs\.dev\b|\barti" + @"factory\b", RegexOptions.IgnoreCase);

    [Fact]
    public void No_folder_or_file_is_called_after_nothing() =>
        RuleAssert.Kept(
            "Names that say nothing (section 2):",
            SourceTree.Folders.Where(path => EmptyFolderName().IsMatch(path))
                .Concat(SourceTree.CSharp.Select(file => file.Path).Where(path => EmptyFileName().IsMatch(path))));

    [Fact]
    public void A_long_source_says_at_the_top_why_it_is_one_file() =>
        RuleAssert.Kept($"Over {LinesThatNeedAReason} lines, and no comment at the top with the words 'one file':", TooLong(SourceTree.CSharp));

    [Fact]
    public void A_long_source_without_a_reason_is_found()
    {
        string lines = string.Concat(Enumerable.Repeat("int x;\n", LinesThatNeedAReason + 1));
        Assert.Single(TooLong([new SourceFile("a.cs", lines)]));
        Assert.Single(TooLong([new SourceFile("a.cs", lines + "// one file because")]));
        Assert.Empty(TooLong([new SourceFile("a.cs", "// This is one file because\n" + lines)]));
    }

    [Fact]
    public void No_warning_is_switched_off_in_a_source() =>
        RuleAssert.Kept("Suppressed warnings:", SourceTree.CSharp.SelectMany(file => file.Find(Suppression())));

    [Fact]
    public void There_are_no_regions() =>
        RuleAssert.Kept("Regions:", SourceTree.CSharp.SelectMany(file => file.Find(Region())));

    [Fact]
    public void Nothing_is_left_for_later() =>
        RuleAssert.Kept("Left for later:", SourceTree.Texts.SelectMany(file => file.FindInText(_leftForLater)));

    [Fact]
    public void No_path_of_one_machine_is_written_down() =>
        RuleAssert.Kept("Paths of one machine:", SourceTree.Texts.SelectMany(file => file.FindInText(_machinePath)));

    [Fact]
    public void No_package_registry_is_written_down() =>
        RuleAssert.Kept("Package registries:", SourceTree.Texts.SelectMany(file => file.FindInText(_registry)));

    [Fact]
    public void The_patterns_find_what_they_should()
    {
        Assert.Matches(_leftForLater, "// TO" + "DO: later");
        Assert.Matches(_machinePath, "\"/ho" + "me/somebody/x\"");
        Assert.Matches(_machinePath, "cd /wo" + "rk/main");
        Assert.Matches(_registry, "api.nu" + "get.org");
        Assert.DoesNotMatch(_machinePath, "src/wo" + "rk/x ../wo" + "rk/x /run/sfc");
        Assert.Matches(Suppression(), "#pragma warning  disable CA1000");
        Assert.Matches(Suppression(), "[SuppressMessage(]");
        Assert.Matches(EmptyFolderName(), "src/Dataplane/Utils");
        Assert.DoesNotMatch(EmptyFolderName(), "src/Dataplane/CorePinning");
        Assert.Matches(EmptyFileName(), "src/Dataplane/PortManager.cs");
    }

    private static IEnumerable<string> TooLong(IEnumerable<SourceFile> files) =>
        from file in files
        let lines = file.Text.Split('\n')
        where lines.Length > LinesThatNeedAReason && !lines.Take(LinesThatAreTheTop).Any(line => Reason().IsMatch(line))
        select $"{file.Path}: {lines.Length} lines";

    [GeneratedRegex("(^|/)(Common|Utils?|Utilities|Helpers?|Core|Managers?|Misc)$", RegexOptions.IgnoreCase)]
    private static partial Regex EmptyFolderName();

    [GeneratedRegex(@"(Common|Utils?|Utilities|Helpers?|Managers?)\.cs$")]
    private static partial Regex EmptyFileName();

    [GeneratedRegex(@"//.*\bone file\b")]
    private static partial Regex Reason();

    [GeneratedRegex(@"#pragma\s+warning\s+disable|\b(Unconditional)?SuppressMessage\b|#nullable\s+disable")]
    private static partial Regex Suppression();

    [GeneratedRegex(@"^\s*#region\b", RegexOptions.Multiline)]
    private static partial Regex Region();
}
