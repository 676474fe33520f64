using NetworkingSfc.Architecture.Tests.Sources;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Architecture.Tests;

/// <summary>Rules 1 and 2: who may reference whom and what.</summary>
public sealed class ProjectRules
{
    private const string Classifier = "NetworkingSfc.Classifier";
    private const string Dataplane = "NetworkingSfc.Dataplane";
    private const string Control = "NetworkingSfc.Control";

    public static TheoryData<string, string[]> AllowedReferences => new()
    {
        { Classifier, [] },
        { Dataplane, [Classifier] },
        { Control, [Classifier, Dataplane] },

        // Written apart from the product, so that one mistake cannot hide in both.
        { "NetworkingSfc.Testing", [] },
    };

    [Theory]
    [MemberData(nameof(AllowedReferences))]
    public void References_point_down_only(string project, string[] allowed) =>
        Assert.Equal(allowed, Project(project).References.Order(StringComparer.Ordinal));

    [Fact]
    public void Src_holds_the_three_rooms_and_nothing_else() =>
        Assert.Equal(
            [Classifier, Control, Dataplane],
            SourceTree.Projects.Where(project => project.IsProduct).Select(project => project.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Classifier_has_no_package() => Assert.Empty(Project(Classifier).Packages);

    [Fact]
    public void Dataplane_has_SharpPcap_only() => Assert.Equal(["SharpPcap"], Project(Dataplane).Packages);

    [Theory]
    [InlineData(Classifier)]
    [InlineData(Dataplane)]
    public void AspNet_is_in_Control_only(string project)
    {
        Assert.Equal("Microsoft.NET.Sdk", Project(project).Sdk);
        Assert.Empty(Project(project).Items("FrameworkReference"));
        Assert.DoesNotContain(
            Rooms.All.Single(room => room.GetName().Name == project).GetReferencedAssemblies(),
            assembly => assembly.Name!.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
    }

    [Fact]
    public void Control_is_the_only_executable_under_src() =>
        Assert.Equal(
            [Control],
            SourceTree.Projects.Where(project => project.IsProduct && project.Property("OutputType") == "Exe").Select(project => project.Name));

    [Fact]
    public void Unsafe_code_is_allowed_in_two_rooms_only() =>
        Assert.Equal(
            [Classifier, Dataplane],
            SourceTree.Projects
                .Where(project => project.IsProduct && project.Property("AllowUnsafeBlocks") is not null)
                .Select(project => project.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Versions_stand_in_one_place() =>
        RuleAssert.Kept(
            "Package versions belong in Directory.Packages.props:",
            SourceTree.Projects.SelectMany(project => project.Content.Descendants("PackageReference")
                .Where(package => package.Attribute("Version") is not null || package.Attribute("VersionOverride") is not null)
                .Select(package => $"{project.Path}: {(string?)package.Attribute("Include")}")));

    [Fact]
    public void No_project_turns_warnings_off()
    {
        string[] switches = ["NoWarn", "TreatWarningsAsErrors", "WarningsNotAsErrors", "Nullable", "RunAnalyzers", "EnforceCodeStyleInBuild"];
        RuleAssert.Kept(
            "Warnings are settled in Directory.Build.props, for all:",
            from project in SourceTree.Projects
            from name in switches
            where project.Property(name) is not null
            select $"{project.Path}: {name}");
    }

    [Fact]
    public void Work_is_counted_by_the_build_that_is_made_for_that_only()
    {
        const string symbol = "COUNT_WORK";
        Assert.Equal(["NetworkingSfc.WorkCount.Tests"], from project in SourceTree.Projects where project.Content.ToString().Contains(symbol, StringComparison.Ordinal) select project.Name);
        Assert.DoesNotContain(symbol, File.ReadAllText(Path.Combine(Repository.Root, "Directory.Build.props")), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        string solution = File.ReadAllText(Path.Combine(Repository.Root, "NetworkingSfc.Dataplane.sln")).Replace('\\', '/');
        RuleAssert.Kept(
            "Not in the solution:",
            SourceTree.Projects.Select(project => project.Path).Where(path => !solution.Contains($"\"{path}\"", StringComparison.Ordinal)));
    }

    private static ProjectFile Project(string name) =>
        Assert.Single(SourceTree.Projects, project => project.Name == name);
}
