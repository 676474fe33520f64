using System.Globalization;
using NetworkingSfc.Control.Drivers.OpenVswitch;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Control.Tests.Drivers.OpenVswitch.Reference;

/// <summary>What a host's integration bridge held in a recording of the reference, by carrying out its recorded commands.</summary>
internal sealed class RecordedBridge
{
    private static readonly string[] _recording = File.ReadAllLines(Path.Combine(Repository.Data, "openvswitch", "reference-flows.txt"));

    private readonly Dictionary<string, (SortedDictionary<string, string> Match, string Actions)> _flows = [];
    private readonly Dictionary<string, string> _groups = [];

    /// <summary>Flows: canonical match, " -> ", canonical actions.</summary>
    public IEnumerable<string> Flows => _flows.Select(flow => $"{flow.Key} -> {flow.Value.Actions}").Order(StringComparer.Ordinal);

    /// <summary>Groups: number, ": ", canonical buckets.</summary>
    public IEnumerable<string> Groups => _groups.Select(group => $"{group.Key}: {group.Value}").Order(StringComparer.Ordinal);

    /// <summary>Carries out what one host was told in some sections of the recording, one after the other.</summary>
    /// <param name="host">Host of the recording.</param>
    /// <param name="sections">Start of the sections' titles; "W18/1" means up to and including the first part behind a line of dashes.</param>
    public static RecordedBridge Play(string host, params string[] sections)
    {
        RecordedBridge bridge = new();
        foreach (string section in sections)
        {
            string[] parts = section.Split('/');
            int lastPart = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0;
            bridge.Play(host, parts[0], lastPart);
        }

        return bridge;
    }

    /// <summary>The same form for what we rendered.</summary>
    public static RecordedBridge Of(OpenFlowProgram program)
    {
        RecordedBridge bridge = new();
        foreach (FlowEntry flow in program.Flows)
        {
            string match = flow.Match.Length == 0 ? "" : flow.Match.Replace(",", ", ", StringComparison.Ordinal) + ", ";
            bridge.Carry("add_flow", $"table={flow.Table}, priority={flow.Priority}, {match}actions={flow.Actions}");
        }

        foreach (GroupEntry group in program.Groups)
        {
            string buckets = string.Join(',', group.Buckets.Select(bucket => $"bucket=weight={bucket.Weight}, {bucket.Actions}"));
            bridge.Carry("add_group", $"group_id={group.Id}, type=select, buckets={buckets}");
        }

        return bridge;
    }

    private void Play(string host, string title, int lastPart)
    {
        int line = Array.FindIndex(_recording, text => $"{text}:".StartsWith($"== {title}", StringComparison.Ordinal) && !char.IsAsciiLetterOrDigit($"{text}:"[title.Length + 3]));
        Assert.True(line >= 0, $"The recording has no section {title}.");
        int part = 0;
        for (line++; line < _recording.Length && !_recording[line].StartsWith("==", StringComparison.Ordinal); line++)
        {
            part += _recording[line].StartsWith("---", StringComparison.Ordinal) ? 1 : 0;
            string start = $"  {host} br-int ";
            if (part <= lastPart && _recording[line].StartsWith(start, StringComparison.Ordinal))
            {
                string[] words = _recording[line][start.Length..].Split(' ', 2);
                Carry(words[0], words[1]);
            }
        }
    }

    private void Carry(string command, string text)
    {
        if (command is "add_group" or "mod_group")
        {
            int buckets = text.IndexOf("buckets=", StringComparison.Ordinal);
            _groups[Field(text, "group_id")] = string.Join(" | ", text[(buckets + 8)..].Split("bucket=", StringSplitOptions.RemoveEmptyEntries).Select(Actions));
            return;
        }

        if (command == "del_group")
        {
            _groups.Remove(Field(text, "group_id"));
            return;
        }

        (SortedDictionary<string, string> match, string actions) = Read(text);
        if (command == "add_flow")
        {
            _flows[Canonical(match)] = (match, actions);
            return;
        }

        Assert.Equal("del_flows", command);
        bool strict = match.Remove("strict");
        foreach (string flow in _flows.Where(flow => strict ? flow.Key == Canonical(match) : match.All(flow.Value.Match.Contains)).Select(flow => flow.Key).ToList())
        {
            _flows.Remove(flow);
        }
    }

    private static string Canonical(SortedDictionary<string, string> match) => string.Join(',', match.Select(field => $"{field.Key}={field.Value}"));

    private static (SortedDictionary<string, string> Match, string Actions) Read(string text)
    {
        SortedDictionary<string, string> match = new(StringComparer.Ordinal);
        string actions = "";
        foreach (string part in Parts(text))
        {
            // Actions are the value of a field that may stand anywhere; its commas have no space behind them.
            string[] field = part.Split('=', 2);
            if (field[0] == "actions")
            {
                actions = Actions(field[1]);
            }
            else if (Value(field[0], field.Length > 1 ? field[1] : "") is { } value)
            {
                match[field[0]] = value;
            }
        }

        return (match, actions);
    }

    // Fields are separated by a comma and a space, except that a few actions have one too.
    private static IEnumerable<string> Parts(string text)
    {
        string part = "";
        foreach (string piece in text.Split(", "))
        {
            bool isField = piece.StartsWith("actions=", StringComparison.Ordinal) || (piece.Contains('=') && !piece.StartsWith("pop_mpls", StringComparison.Ordinal) && !piece.Contains('('));
            if (isField && part.Length > 0)
            {
                yield return part;
                part = "";
            }

            part += part.Length > 0 ? "," + piece : piece;
        }

        foreach (string last in part.StartsWith("actions=", StringComparison.Ordinal) ? [part] : part.Split(','))
        {
            yield return last;
        }
    }

    // What says nothing is left out, and a whole address has no length.
    private static string? Value(string field, string value) => (field, value) switch
    {
        ("", _) => null,
        ("nw_src" or "nw_dst", "0.0.0.0/0.0.0.0") => null,
        ("nw_src" or "nw_dst", _) => value.EndsWith("/32", StringComparison.Ordinal) ? value[..^3] : value,
        ("tp_src" or "tp_dst", "0/0x0") => null,
        _ => value,
    };

    // Some of the reference's actions have empty ones between them, and it writes NORMAL in two ways.
    private static string Actions(string text)
    {
        List<string> actions = [""];
        int depth = 0;
        foreach (char c in text)
        {
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ',' && depth == 0)
            {
                actions.Add("");
            }
            else
            {
                actions[^1] += c;
            }
        }

        return string.Join(',', actions.Select(action => action.Trim()).Where(action => action.Length > 0).Select(action => action == "NORMAL" ? "normal" : action));
    }

    private static string Field(string text, string name) => text.Split(", ").Single(part => part.StartsWith(name + "=", StringComparison.Ordinal))[(name.Length + 1)..];
}
