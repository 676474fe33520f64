using System.Globalization;
using NetworkingSfc.Control.Planning;
using NetworkingSfc.Sfc.Printing;
using Spectre.Console;

namespace NetworkingSfc.Sfc.Plan;

/// <summary>A plan for people: what changes, what would surprise, which flows move.</summary>
internal static class PlanPrinter
{
    private const int SeverityWidth = 7;

    /// <summary>Prints a plan.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="plan">The plan.</param>
    public static void Print(TextWriter output, Control.Planning.Plan plan)
    {
        PrintChanges(output, plan);
        PrintFindings(output, plan);
        PrintMoves(output, plan);
        PrintPaths(output, plan);
        if (plan.IsRefused)
        {
            output.WriteLine("A forwarder would refuse this state: see the errors.");
        }
    }

    private static void PrintChanges(TextWriter output, Control.Planning.Plan plan)
    {
        if (plan.Changes.IsEmpty)
        {
            output.WriteLine("Nothing changes.");
            return;
        }

        output.WriteLine(string.Join(", ", Enum.GetValues<ChangeAction>()
            .Select(action => $"{plan.Changes.Count(change => change.Action == action)} to {PlanJson.Word(action)}")));
        Table table = TableOutput.Create("", "kind", "name or id", "what");
        foreach (PlannedChange change in plan.Changes)
        {
            string name = change.Name.Length > 0 ? change.Name : change.Id.ToString();
            table.AddTexts(Sign(change.Action), change.Kind.Replace('_', ' '), name, string.Join("; ", change.Attributes.Select(Text)));
        }

        TableOutput.Write(output, table);
    }

    private static string Sign(ChangeAction action) => action switch
    {
        ChangeAction.Add => "+",
        ChangeAction.Remove => "-",
        _ => "~",
    };

    private static string Text(AttributeChange attribute) => $"{attribute.Name}: {attribute.Before ?? "nothing"} becomes {attribute.After ?? "nothing"}";

    private static void PrintFindings(TextWriter output, Control.Planning.Plan plan)
    {
        if (plan.Findings.IsEmpty)
        {
            output.WriteLine("Nothing to warn of.");
            return;
        }

        Table table = TableOutput.Create("", "what to know");
        table.Columns[0].Width(SeverityWidth);
        foreach (PlanFinding finding in plan.Findings)
        {
            table.AddTexts(PlanJson.Word(finding.Severity), finding.Message);
        }

        TableOutput.Write(output, table);
    }

    private static void PrintMoves(TextWriter output, Control.Planning.Plan plan)
    {
        if (plan.Moves.IsEmpty)
        {
            return;
        }

        Table table = TableOutput.Create("group", "flows that move", "were on lost members", "why");
        foreach (MovedFlows moved in plan.Moves)
        {
            table.AddTexts(moved.Name.Length > 0 ? moved.Name : moved.Group.ToString(), Percent(moved.Share), Percent(moved.ShareOfLost),
                moved.IsRehashed ? "other header fields decide" : "other members or weights");
        }

        TableOutput.Write(output, table);
    }

    private static void PrintPaths(TextWriter output, Control.Planning.Plan plan)
    {
        if (plan.Paths.IsEmpty)
        {
            return;
        }

        Table table = TableOutput.Create("chain", "largest packet before", "largest packet");
        foreach (PathSize path in plan.Paths)
        {
            table.AddTexts(path.Name.Length > 0 ? path.Name : path.Chain.ToString(), Bytes(path.Before), Bytes(path.After));
        }

        TableOutput.Write(output, table);
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F2} %");

    private static string Bytes(int? bytes) => bytes is { } number ? string.Create(CultureInfo.InvariantCulture, $"{number} bytes") : "-";
}
