using System.CommandLine;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Ports.PcapFile;

namespace NetworkingSfc.Sfc.Parse;

/// <summary><c>sfc parse FILE</c>: the outermost five-tuple of every packet of a capture, as a table.</summary>
internal static class ParseCommand
{
    private const string StandardInputPath = "-";

    /// <summary>The command for the command line.</summary>
    public static Command Create()
    {
        Argument<string> file = new("FILE")
        {
            Description = "Capture to read: pcap or pcapng, perhaps compressed with gzip; - reads standard input.",
        };
        Command command = new("parse", "Print the outermost five-tuple of every packet of a capture, one row per packet.")
        {
            file,
        };
        command.SetAction(arguments =>
        {
            using Stream output = Console.OpenStandardOutput();
            return Run(arguments.GetRequiredValue(file), output, Console.Error);
        });
        return command;
    }

    /// <summary>Prints the table. Rows before a damaged record are printed; then one line says what is wrong.</summary>
    /// <param name="path">Path of the capture, or <c>-</c> for standard input.</param>
    /// <param name="output">Where the table goes, as UTF-8.</param>
    /// <param name="error">Where the line about a failure goes.</param>
    /// <returns>Exit status: 0, or 1 when the capture could not be read to its end.</returns>
    public static int Run(string path, Stream output, TextWriter error)
    {
        try
        {
            using CaptureReader reader = path == StandardInputPath
                ? CaptureReader.Create(Console.OpenStandardInput(), "standard input")
                : CaptureReader.Open(path);
            Print(reader, output);
            if (reader.Error is string damage)
            {
                error.WriteLine($"sfc parse: {damage}");
                return 1;
            }

            return 0;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"sfc parse: {path}: {failure.Message}");
            return 1;
        }
    }

    private static void Print(CaptureReader reader, Stream output)
    {
        using FiveTupleTable table = new(output);
        while (reader.TryRead(out CaptureRecord record))
        {
            PacketParser.Parse(record.Data, CaptureFraming.StartOf(record.LinkType), out PacketHeaders headers);
            table.Add(LinkType.ToEncap(record.LinkType), record.WireLength, record.Data.Length, in headers);
        }
    }
}
