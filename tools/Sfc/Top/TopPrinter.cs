using System.Globalization;
using NetworkingSfc.Control.Telemetry;
using NetworkingSfc.Sfc.Printing;
using NetworkingSfc.Sfc.Status;
using Spectre.Console;

namespace NetworkingSfc.Sfc.Top;

/// <summary>Prints rates for people.</summary>
internal static class TopPrinter
{
    private const string Unknown = "-";

    /// <summary>Prints the rates of an interval.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="report">The report at its end.</param>
    /// <param name="rates">The rates.</param>
    public static void Print(TextWriter output, StatusReport report, TopRates rates)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{rates.Time.UtcDateTime:yyyy-MM-dd HH:mm:ss.f}Z, {rates.Seconds:F1} s, forwarder {rates.Forwarder}, generation {report.Generation}"));
        if (rates.Forwarder == ForwarderStatus.Up && rates.Workers.Count == 0)
        {
            output.WriteLine("The forwarder came meanwhile; rates follow at the next look.");
        }

        Table chains = TableOutput.Create("chain", "hop", "member", "packets/s", "bits/s");
        foreach (ChainRate chain in rates.Chains)
        {
            chains.AddTexts(StatusPrinter.NameOf(chain.Name, chain.Id), "", "", Packets(chain.Entered), Bits(chain.Entered));
            foreach ((HopRate hop, MemberRate member) in chain.Hops.SelectMany(hop => hop.Members.Select(member => (hop, member))))
            {
                chains.AddTexts("", $"{hop.Index} {hop.Name}", StatusPrinter.NameOf(member.Name, member.Id), Packets(member.Steered), Bits(member.Steered));
            }
        }

        StatusPrinter.PrintIfAny(output, chains);
        Table ports = TableOutput.Create("port", "state", "in packets/s", "in bits/s", "out packets/s", "out bits/s");
        foreach (PortRate port in rates.Ports)
        {
            ports.AddTexts(StatusPrinter.NameOf(port.Name, port.Id), port.Condition ?? "", Packets(port.Received), Bits(port.Received), Packets(port.Sent), Bits(port.Sent));
        }

        StatusPrinter.PrintIfAny(output, ports);
        Table workers = TableOutput.Create("worker", "packets/s", "busy", "batch fill", "ns/packet", "~cycles", "largest gap");
        foreach (WorkerRate worker in rates.Workers)
        {
            workers.AddTexts(
                Text($"{worker.Number}"), Short(worker.Packets), Text($"{100 * worker.BusyShare:F1}%"), Fixed(worker.BatchFill), Fixed(worker.NanosecondsPerPacket),
                worker.CyclesPerPacket is { } cycles ? Text($"{cycles:F0}") : Unknown, Text($"{worker.LargestGapSeconds * 1e3:F2} ms"));
        }

        StatusPrinter.PrintIfAny(output, workers);
        Table dropped = TableOutput.Create("dropped/s", "reason");
        foreach ((string reason, double packets) in rates.Dropped)
        {
            dropped.AddTexts(Short(packets), reason);
        }

        StatusPrinter.PrintIfAny(output, dropped);
    }

    private static string Packets(TrafficRate? rate) => rate is null ? Unknown : Short(rate.Packets);

    private static string Bits(TrafficRate? rate) => rate is null ? Unknown : Short(rate.Bits);

    private static string Fixed(double? value) => value is { } known ? Text($"{known:F1}") : Unknown;

    // Three to five figures and the power of a thousand.
    private static string Short(double value) => value switch
    {
        >= 1e9 => Text($"{value / 1e9:F2}G"),
        >= 1e6 => Text($"{value / 1e6:F2}M"),
        >= 1e4 => Text($"{value / 1e3:F1}k"),
        _ => Text($"{value:F0}"),
    };

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
