using System.Text;
using Spectre.Console;

namespace NetworkingSfc.Sfc.Printing;

/// <summary>Tables for people: plain text of at most a hundred columns, whatever the terminal.</summary>
internal static class TableOutput
{
    /// <summary>Width that tables fit in.</summary>
    public const int Columns = 100;

    /// <summary>An empty table.</summary>
    /// <param name="headers">Heads of its columns.</param>
    public static Table Create(params ReadOnlySpan<string> headers)
    {
        Table table = new() { Border = TableBorder.Simple };
        foreach (string header in headers)
        {
            table.AddColumn(new TableColumn(new Text(header)));
        }

        return table;
    }

    /// <summary>Adds a row whose last cell has several lines.</summary>
    /// <param name="table">The table.</param>
    /// <param name="head">Text of the first cell.</param>
    /// <param name="lines">Texts of the lines, as they came.</param>
    public static void AddLines(this Table table, string head, IEnumerable<string> lines) =>
        table.AddRow(new Text(Printable(head)), new Text(string.Join('\n', lines.Select(Printable))));

    /// <summary>Adds a row of plain texts.</summary>
    /// <param name="table">The table.</param>
    /// <param name="cells">The texts, as they came.</param>
    public static void AddTexts(this Table table, params IEnumerable<string> cells) => table.AddRow(cells.Select(cell => new Text(Printable(cell))));

    /// <summary>Prints a table, without blanks at the ends of its lines.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="table">The table.</param>
    public static void Write(TextWriter output, Table table)
    {
        using StringWriter lines = new() { NewLine = "\n" };
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(lines), Ansi = AnsiSupport.No });
        console.Profile.Width = Columns;
        console.Write(table);
        foreach (string line in lines.ToString().Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0))
        {
            output.WriteLine(line);
        }
    }

    /// <summary>A text from elsewhere with its control characters made visible, so that a name cannot move the cursor or change colours.</summary>
    /// <param name="text">The text.</param>
    public static string Printable(string text)
    {
        if (!text.Any(char.IsControl))
        {
            return text;
        }

        StringBuilder visible = new(text.Length);
        foreach (char character in text)
        {
            _ = char.IsControl(character) ? visible.Append($"\\u{(int)character:x4}") : visible.Append(character);
        }

        return visible.ToString();
    }
}
