using NetworkingSfc.Testing;

namespace NetworkingSfc.Architecture.Tests.Sources;

/// <summary>The files of the checkout that people write.</summary>
internal static class SourceTree
{
    public const string OwnFolder = "tests/Architecture.Tests";

    private static readonly string[] _builtFolders = [".git", "artifacts", "bin", "obj", "TestResults", "BenchmarkDotNet.Artifacts"];
    private static readonly string[] _textExtensions = ["", ".cs", ".csproj", ".props", ".targets", ".json", ".md", ".sh", ".yml", ".yaml", ".py", ".service"];

    /// <summary>Relative paths of all folders.</summary>
    public static IReadOnlyList<string> Folders { get; } = [.. Walk(new DirectoryInfo(Repository.Root)).Select(RelativePath)];

    /// <summary>Everything that is text, captured test data aside.</summary>
    public static IReadOnlyList<SourceFile> Texts { get; } = [.. ReadTexts()];

    /// <summary>All C# sources.</summary>
    public static IReadOnlyList<SourceFile> CSharp { get; } =
        [.. Texts.Where(file => file.Path.EndsWith(".cs", StringComparison.Ordinal))];

    /// <summary>C# sources of the three rooms.</summary>
    public static IReadOnlyList<SourceFile> Product { get; } = [.. CSharp.Where(file => file.IsUnder("src"))];

    /// <summary>C# sources of the test projects, these rules aside: they name everything and test nothing of it.</summary>
    public static IReadOnlyList<SourceFile> Tests { get; } =
        [.. CSharp.Where(file => file.IsUnder("tests") && !file.IsUnder(OwnFolder))];

    public static IReadOnlyList<ProjectFile> Projects { get; } =
        [.. Texts.Where(file => file.Path.EndsWith(".csproj", StringComparison.Ordinal)).Select(ProjectFile.Read)];

    private static IEnumerable<SourceFile> ReadTexts() =>
        from folder in Walk(new DirectoryInfo(Repository.Root)).Prepend(new DirectoryInfo(Repository.Root))
        where RelativePath(folder) != "tests/data" && !RelativePath(folder).StartsWith("tests/data/", StringComparison.Ordinal)
        from file in folder.EnumerateFiles()
        where _textExtensions.Contains(file.Extension) && file.LinkTarget is null && !file.Name.StartsWith('.')
        select new SourceFile(RelativePath(file), File.ReadAllText(file.FullName));

    private static IEnumerable<DirectoryInfo> Walk(DirectoryInfo folder) =>
        from child in folder.EnumerateDirectories()
        where !_builtFolders.Contains(child.Name) && child.LinkTarget is null
        from found in Walk(child).Prepend(child)
        select found;

    private static string RelativePath(FileSystemInfo entry) =>
        Path.GetRelativePath(Repository.Root, entry.FullName).Replace('\\', '/');
}
