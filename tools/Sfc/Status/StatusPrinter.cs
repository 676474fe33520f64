using System.Globalization;
using NetworkingSfc.Control.Configuration;
using NetworkingSfc.Control.Telemetry;
using NetworkingSfc.Sfc.Printing;
using Spectre.Console;

namespace NetworkingSfc.Sfc.Status;

/// <summary>Prints a report for people.</summary>
internal static class StatusPrinter
{
    /// <summary>Prints a report.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="server">Address of the server.</param>
    /// <param name="report">The report.</param>
    public static void Print(TextWriter output, string server, StatusReport report)
    {
        PrintServer(output, server, report);
        Table drivers = TableOutput.Create("driver", "revision", "failing since", "failure");
        foreach (DriverState driver in report.Drivers)
        {
            drivers.AddTexts(driver.Name, driver.AppliedRevision == driver.WantedRevision ? Number(driver.WantedRevision)
                : $"{(driver.AppliedRevision is { } applied ? Number(applied) : "none")} of {Number(driver.WantedRevision)}", Time(driver.FailingSince), driver.Failure ?? "");
        }

        PrintIfAny(output, drivers);
        Table ports = TableOutput.Create("port", "state", "since", "reason");
        foreach (PortStatus port in report.Ports.Where(port => port.Condition is not null))
        {
            ports.AddTexts(NameOf(port.Name, port.Id), port.Condition!, Time(port.Since), port.Reason ?? "");
        }

        PrintIfAny(output, ports);
        Table unused = TableOutput.Create("[[port]] of the file", "attaches nothing, because");
        foreach (UnusedEntry entry in report.UnusedPorts)
        {
            unused.AddTexts(entry.Port, entry.Reason);
        }

        PrintIfAny(output, unused);
        Table workers = TableOutput.Create("worker", "generation", "packets", "busy", "largest gap", "flows", "known", "allocated", "collections");
        foreach (WorkerStatus worker in report.Workers)
        {
            workers.AddTexts(
                Number(worker.Number), worker.Generation is { } generation ? generation.ToString(CultureInfo.InvariantCulture) : "none", Number(worker.Packets),
                string.Create(CultureInfo.InvariantCulture, $"{worker.BusySeconds:F1} s"), string.Create(CultureInfo.InvariantCulture, $"{worker.LargestGapSeconds * 1e3:F2} ms"),
                Number(worker.Flows.Held), worker.Flows.LookedUp == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * worker.Flows.Recalled / worker.Flows.LookedUp:F1} %"),
                $"{Number(worker.AllocatedBytes)} B", Number(worker.Collections));
        }

        PrintIfAny(output, workers);
        if (report.Totals is { } totals)
        {
            output.WriteLine($"received {Number(totals.Received)}, sent {Number(totals.Sent)}, generated {Number(totals.Generated)}, dropped {Number(totals.Dropped.Values.Sum())}");
            Table dropped = TableOutput.Create("dropped", "reason");
            foreach ((string reason, long packets) in totals.Dropped.Where(drop => drop.Value > 0))
            {
                dropped.AddTexts(Number(packets), reason);
            }

            PrintIfAny(output, dropped);
        }
    }

    /// <summary>What people know a thing by.</summary>
    /// <param name="name">Its name, or "".</param>
    /// <param name="id">Its id.</param>
    public static string NameOf(string name, Guid id) => name.Length > 0 ? name : id.ToString();

    /// <summary>Prints a table that has rows.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="table">The table.</param>
    public static void PrintIfAny(TextWriter output, Table table)
    {
        if (table.Rows.Count > 0)
        {
            TableOutput.Write(output, table);
        }
    }

    private static void PrintServer(TextWriter output, string server, StatusReport report)
    {
        ForwarderStatus forwarder = report.Forwarder;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"server      {TableOutput.Printable(server)}, since {Time(report.Started)}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"revision    {report.Revision}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"generation  {report.Generation} wanted, {Used(report)}"));
        output.WriteLine($"forwarder   {forwarder.State}{(forwarder.Since is { } since ? $" since {Time(since)}" : "")}{(forwarder.Started is { } started ? $", started {Time(started)}" : "")}");
    }

    private static string Used(StatusReport report)
    {
        ulong[] used = [.. report.Workers.Select(worker => worker.Generation ?? 0).Distinct().Order()];
        return used.Length == 0 ? "used by no worker" : string.Create(CultureInfo.InvariantCulture, $"{string.Join(" and ", used)} used");
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset? time) => time is { } known ? known.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.f'Z'", CultureInfo.InvariantCulture) : "";
}
