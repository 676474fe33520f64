using System.Globalization;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Conformance.Tests.Determinism;

/// <summary>The shared captures whose packets are Ethernet frames.</summary>
internal static class SharedCaptures
{
    private const string Ethernet = "1";

    public static string Folder { get; } = Path.Combine(Repository.Shared, "captures");

    /// <summary>Names, whether tshark read the whole file, and packets: some have none.</summary>
    public static IReadOnlyList<(string Name, bool IsWhole, int Packets)> All { get; } = ReadIndex();

    /// <summary>A draw without repetition that is the same every time.</summary>
    public static IReadOnlyList<string> Draw(int count, int seed)
    {
        string[] names = [.. All.Where(capture => capture.IsWhole).Select(capture => capture.Name)];
        new Random(seed).Shuffle(names);
        return [.. names.Take(count)];
    }

    /// <summary>Full path of a capture.</summary>
    public static string PathOf(string name) => Path.Combine(Folder, name);

    private static List<(string Name, bool IsWhole, int Packets)> ReadIndex()
    {
        string index = Path.Combine(Folder, "INDEX.tsv");
        if (!File.Exists(index))
        {
            return [];
        }

        string[] lines = File.ReadAllLines(index);
        List<string> columns = [.. lines[0].Split('\t')];
        (int file, int link, int read, int packets) = (columns.IndexOf("file"), columns.IndexOf("linktype"), columns.IndexOf("tshark_read"), columns.IndexOf("packets"));
        return [.. lines.Skip(1).Select(line => line.Split('\t')).Where(row => row[link] == Ethernet).Select(row => (row[file], row[read] == "ok", int.Parse(row[packets], CultureInfo.InvariantCulture)))];
    }
}
