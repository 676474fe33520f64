using System.Globalization;
using System.Text.RegularExpressions;

namespace NetworkingSfc.Dataplane.Tests.Disassembly;

/// <summary>
/// Finds stores of vector registers to the stack frame. Under the calling convention of Unix no callee saves a vector register, so
/// each is one of these: a vector that found no register, a structure that is copied or zeroed, or the zeroing of locals in the prologue.
/// What goes to the frame through a pointer (columns that a lookup has asked for by <c>stackalloc</c>) is none.
/// </summary>
internal static partial class FrameStores
{
    /// <summary>The stores that count.</summary>
    /// <param name="method">The method.</param>
    /// <param name="wholeBody">True when all behind the prologue counts, not only what lies in a loop.</param>
    public static IReadOnlyList<string> Of(MethodListing method, bool wholeBody)
    {
        bool[] inLoops = wholeBody ? [] : LoopFinder.InLoops(method);
        return
        [
            .. method.Instructions.Where((text, number) => (wholeBody ? number >= method.PrologueLength : inLoops[number])
                && Store().Match(text) is { Success: true } store && (store.Groups[2].Value == "rsp" || method.HasFramePointer)),
        ];
    }

    /// <summary>Bytes that such a store writes.</summary>
    /// <param name="store">The instruction.</param>
    public static int BytesOf(string store) => Store().Match(store).Groups[1].Value switch
    {
        "zmmword" => 64,
        "ymmword" => 32,
        "xmmword" => 16,
        "qword" => sizeof(ulong),
        "dword" => sizeof(uint),
        string other => throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"'{store}' stores a {other}.")),
    };

    // The first operand is the frame, and a later one a vector register.
    [GeneratedRegex(@"^\S+\s+(\w+)\s+ptr \[(rsp|rbp)\b[^,]*,.*\b[xyz]mm\d")]
    private static partial Regex Store();
}
