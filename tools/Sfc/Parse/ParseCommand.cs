using System.CommandLine;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Ports.PcapFile;

namespace NetworkingSfc.Sfc.Parse;

/// <summary><c>sfc parse FILE</c>: the outermost five-tuple of every packet of a capture, as a table.</summary>
internal static class ParseCommand
{
    private const string StandardInputPath = "-";
    private const int Failure = 1;

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
        CaptureReader reader;
        try
        {
            reader = path == StandardInputPath
                ? CaptureReader.Create(Console.OpenStandardInput(), "standard input")
                : CaptureReader.Open(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            error.WriteLine($"sfc parse: cannot open '{path}': {failure.Message}");
            return Failure;
        }

        using (reader)
        {
            return Run(reader, output, error);
        }
    }

    private static int Run(CaptureReader reader, Stream output, TextWriter error)
    {
        try
        {
            Print(reader, output);
        }
        catch (IOException failure)
        {
            error.WriteLine($"sfc parse: cannot write the table: {failure.Message}");
            return Failure;
        }

        if (reader.Error is string damage)
        {
            error.WriteLine($"sfc parse: {damage}");
            return Failure;
        }

        return 0;
    }

    private static void Print(CaptureReader reader, Stream output)
    {
        FiveTupleTable table = new(output);
        while (reader.TryRead(out CaptureRecord record))
        {
            PacketParser.Parse(record.Data, CaptureFraming.StartOf(record.LinkType), out PacketHeaders headers);
            table.Add(LinkType.ToEncap(record.LinkType), record.WireLength, record.Data.Length, in headers);
        }

        table.Flush();
    }
}
