using System.Globalization;
using System.Text.Json;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Telemetry;
using Spectre.Console;

namespace NetworkingSfc.Sfc.Replay;

/// <summary>Prints a report for people or programs.</summary>
internal static class ReplayPrinter
{
    private const int Columns = 100;

    /// <summary>Prints a report.</summary>
    /// <param name="report">The counts.</param>
    /// <param name="resources">The resources, for their names.</param>
    /// <param name="json">JSON instead of tables.</param>
    /// <param name="text">Where to.</param>
    public static void Print(ReplayReport report, ResourceSet resources, bool json, TextWriter text)
    {
        if (json)
        {
            text.WriteLine(JsonSerializer.Serialize(report, ReplayReportJson.Default.ReplayReport));
            return;
        }

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(text), Ansi = AnsiSupport.No });
        console.Profile.Width = Columns;
        foreach (ChainReport chain in report.Chains)
        {
            console.Write(ChainTable(chain, resources));
        }

        console.Write(PortTable(report));
        if (report.Dropped.Count > 0)
        {
            console.Write(DropTable(report));
        }
        else
        {
            text.WriteLine("nothing was dropped");
        }

        if (report.NotLearned > 0)
        {
            text.WriteLine($"{Number(report.NotLearned)} frames came from stations that found no place in the table: what is for these is flooded");
        }

        text.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"received {report.Received:N0} + generated {report.Generated:N0} = sent {report.Sent:N0} + dropped {report.Dropped.Values.Sum():N0} + held {report.Held:N0}"));
    }

    private static Table ChainTable(ChainReport chain, ResourceSet resources)
    {
        Table table = NewTable($"chain {Label(chain.Name, chain.Id)}: {Number(chain.Packets)} packets, {Number(chain.Bytes)} bytes entered");
        table.AddColumns("hop", "group", "member");
        foreach (string number in new[] { "packets", "bytes", "flows", "share" })
        {
            table.AddColumn(new TableColumn(number).RightAligned());
        }

        foreach (HopReport hop in chain.Hops)
        {
            long packets = hop.Members.Sum(member => member.Packets);
            string group = Label(resources.PortPairGroups[Guid.Parse(hop.Group)].Name, hop.Group);
            foreach (MemberReport member in hop.Members)
            {
                string name = Label(resources.PortPairs[Guid.Parse(member.PortPair)].Name, member.PortPair);
                string share = packets == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * member.Packets / packets:F1} %");
                table.AddRow(Number(hop.Index), group, name, Number(member.Packets), Number(member.Bytes), Number(member.Flows), share);
            }

            if (hop.Members.Count == 0)
            {
                table.AddRow(Number(hop.Index), group, "(no member)", "0", "0", "0", "-");
            }
        }

        return table;
    }

    private static Table PortTable(ReplayReport report)
    {
        Table table = NewTable("ports");
        table.AddColumn("port");
        table.AddColumn(new TableColumn("received").RightAligned());
        table.AddColumn(new TableColumn("sent").RightAligned());
        foreach (PortReport port in report.Ports)
        {
            table.AddRow(Markup.Escape(port.Name), Number(port.Received), Number(port.Sent));
        }

        return table;
    }

    private static Table DropTable(ReplayReport report)
    {
        Table table = NewTable("dropped");
        table.AddColumn("reason");
        table.AddColumn(new TableColumn("packets").RightAligned());
        table.AddColumn("meaning");
        foreach ((_, string name, string description) in DropReasonCatalog.All)
        {
            if (report.Dropped.TryGetValue(name, out long packets))
            {
                table.AddRow(name, Number(packets), Markup.Escape(description));
            }
        }

        return table;
    }

    private static Table NewTable(string title) => new() { Title = new TableTitle(title), Border = TableBorder.Simple };

    private static string Label(string name, string id) => Markup.Escape(name.Length > 0 ? name : id);

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
