using System.Xml.Linq;

namespace NetworkingSfc.Architecture.Tests.Sources;

/// <summary>What the rules ask of a project file.</summary>
/// <param name="Path">Relative to the root.</param>
/// <param name="References">Names of the projects it references.</param>
/// <param name="Packages">Names of the packages it references.</param>
internal sealed record ProjectFile(string Path, XElement Content, IReadOnlyList<string> References, IReadOnlyList<string> Packages)
{
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    public string Sdk => (string?)Content.Attribute("Sdk") ?? "";

    public bool IsProduct => Path.StartsWith("src/", StringComparison.Ordinal);

    public static ProjectFile Read(SourceFile file)
    {
        XElement content = XElement.Parse(file.Text);
        return new ProjectFile(
            file.Path,
            content,
            [.. Includes(content, "ProjectReference").Select(path => System.IO.Path.GetFileNameWithoutExtension(path.Replace('\\', '/')))],
            [.. Includes(content, "PackageReference")]);
    }

    /// <summary>The value of a property, wherever it stands and whatever its condition.</summary>
    public string? Property(string name) => Content.Descendants(name).LastOrDefault()?.Value;

    public IEnumerable<string> Items(string name) => Includes(Content, name);

    private static IEnumerable<string> Includes(XElement content, string name) =>
        content.Descendants(name).Select(item => (string?)item.Attribute("Include") ?? "").Where(value => value.Length > 0);
}
