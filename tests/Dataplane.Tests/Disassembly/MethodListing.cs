using System.Text.RegularExpressions;

namespace NetworkingSfc.Dataplane.Tests.Disassembly;

/// <summary>One method as the just-in-time compiler of the release runtime lists it (<c>DOTNET_JitDisasm</c>).</summary>
internal sealed partial class MethodListing
{
    private const string Header = "; Assembly listing for method ";
    private const string End = "; Total bytes of code";

    private readonly List<string> _instructions = [];
    private readonly Dictionary<string, int> _labels = [];
    private readonly List<string> _jumpTargets = [];

    private MethodListing(string title)
    {
        int tier = title.LastIndexOf(" (", StringComparison.Ordinal);
        Tier = title[(tier + 2)..^1];
        Signature = title[..tier];
        Name = Namespace().Replace(Signature[..Signature.IndexOf('(', StringComparison.Ordinal)], "");
    }

    /// <summary>Type without namespaces, colon, method: <c>TreeWalk`1[Lanes512]:Find[Ipv4Family]</c>.</summary>
    public string Name { get; }

    /// <summary>The same with namespaces and parameters, which tells overloads apart.</summary>
    public string Signature { get; }

    /// <summary>What the compiler calls this code: Tier1, FullOpts ...</summary>
    public string Tier { get; }

    /// <summary>False for code that counts branches, and for code that was only entered in the middle of a loop: better code follows.</summary>
    public bool IsFinal => !Tier.Contains("OSR", StringComparison.Ordinal) && !Tier.Contains("Instrumented", StringComparison.Ordinal);

    /// <summary>True when rbp is where the frame is, and not a register like others.</summary>
    public bool HasFramePointer { get; private set; }

    /// <summary>Mnemonic and operands.</summary>
    public IReadOnlyList<string> Instructions => _instructions;

    /// <summary>The instruction each label stands before; the number of instructions for one at the end.</summary>
    public IReadOnlyDictionary<string, int> Labels => _labels;

    /// <summary>Labels in jump tables.</summary>
    public IReadOnlyList<string> JumpTargets => _jumpTargets;

    /// <summary>Instructions of the prologue, which is everything before the second label.</summary>
    public int PrologueLength => _labels.Values.Order().Skip(1).FirstOrDefault(_instructions.Count);

    /// <summary>Reads a file of listings.</summary>
    /// <param name="lines">The file.</param>
    /// <returns>All listings in their order; null when two threads of the compiler wrote at once and listings lie in each other.</returns>
    public static IReadOnlyList<MethodListing>? ReadAll(IEnumerable<string> lines)
    {
        List<MethodListing> all = [];
        MethodListing? open = null;
        foreach (string line in lines)
        {
            int header = line.IndexOf(Header, StringComparison.Ordinal);
            if (header > 0 || (header == 0 && open is not null))
            {
                return null;
            }

            if (header == 0)
            {
                all.Add(open = new MethodListing(line[Header.Length..]));
            }
            else if (line.StartsWith(End, StringComparison.Ordinal))
            {
                open = null;
            }
            else if (open?.TryRead(line) == false)
            {
                return null;
            }
        }

        return open is null ? all : null;
    }

    // False for a label that the method has already: the line is another method's.
    private bool TryRead(string line)
    {
        string text = line.Trim();
        if (text == "; rbp based frame")
        {
            HasFramePointer = true;
        }
        else if (TableEntry().IsMatch(line))
        {
            _jumpTargets.AddRange(Label().Matches(line).Select(match => match.Value));
        }
        else if (Label().Match(line) is { Success: true, Index: 0 } label)
        {
            return _labels.TryAdd(label.Value, _instructions.Count);
        }
        else if (line.StartsWith(' ') && text.Length > 0 && text[0] != ';')
        {
            _instructions.Add(text);
        }

        return true;
    }

    [GeneratedRegex(@"(?:\w+\.)+(?=\w)")]
    private static partial Regex Namespace();

    [GeneratedRegex(@"G_M\w+_IG\d+")]
    private static partial Regex Label();

    // RWD00  dd  G_M000_IG05 - G_M000_IG02, and lines that go on with it.
    [GeneratedRegex(@"^(?:RWD\d+)?\s+d[bwdq]\s")]
    private static partial Regex TableEntry();
}
