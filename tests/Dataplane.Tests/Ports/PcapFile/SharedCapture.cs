using System.IO.Compression;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Dataplane.Tests.Ports.PcapFile;

/// <summary>One capture of the shared folder with the answer another tool gave for it.</summary>
internal sealed record SharedCapture(string Name, string LinkType, bool EndsInError, bool IsAligned)
{
    public static string Folder { get; } = Path.Combine(Repository.Shared, "captures");

    public string FullPath => Path.Combine(Folder, Name);

    public static IReadOnlyList<SharedCapture> All { get; } = ReadIndex();

    /// <summary>Rows of the answer: encapsulation, frame length, captured length.</summary>
    public List<(int Encap, int FrameLength, int CapturedLength)> ReadAnswer()
    {
        using GZipStream stream = new(File.OpenRead(FullPath + ".five.tsv.gz"), CompressionMode.Decompress);
        using StreamReader reader = new(stream);
        List<(int, int, int)> rows = [];
        _ = reader.ReadLine();
        while (reader.ReadLine() is string line)
        {
            string[] fields = line.Split('\t');
            rows.Add((int.Parse(fields[1]), int.Parse(fields[2]), int.Parse(fields[3])));
        }

        return rows;
    }

    private static List<SharedCapture> ReadIndex()
    {
        string index = Path.Combine(Folder, "INDEX.tsv");
        if (!File.Exists(index))
        {
            return [];
        }

        string[] lines = File.ReadAllLines(index);
        List<string> columns = [.. lines[0].Split('\t')];
        int file = columns.IndexOf("file");
        int linkType = columns.IndexOf("linktype");
        int read = columns.IndexOf("tshark_read");
        int aligned = columns.IndexOf("aligned");
        return [.. lines.Skip(1).Select(line => line.Split('\t')).Select(row =>
            new SharedCapture(row[file], row[linkType], row[read] != "ok", row[aligned] == "yes"))];
    }
}
