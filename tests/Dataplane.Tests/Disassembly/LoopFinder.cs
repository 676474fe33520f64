using System.Text.RegularExpressions;

namespace NetworkingSfc.Dataplane.Tests.Disassembly;

/// <summary>
/// Finds the instructions that lie in a loop: those from which control may come back to them. So a block that the compiler
/// has moved behind the method's end because it is rarely taken still belongs to its loop, and what it was moved past does not.
/// </summary>
internal static partial class LoopFinder
{
    /// <summary>One element an instruction.</summary>
    /// <param name="method">The method.</param>
    public static bool[] InLoops(MethodListing method)
    {
        int count = method.Instructions.Count;
        int[][] next = [.. Enumerable.Range(0, count).Select(number => Next(method, number))];

        // All instructions of a run without labels and jumps have the same answer, so the search starts once for each run.
        bool[] starts = new bool[count + 1];
        starts[0] = true;
        foreach (int start in method.Labels.Values.Concat(next.Select((targets, number) => (targets, number)).Where(at => at.targets is not [var only] || only != at.number + 1).Select(at => at.number + 1)))
        {
            starts[start] = true;
        }

        bool[] inLoops = new bool[count];
        for (int number = 0; number < count; number++)
        {
            inLoops[number] = starts[number] ? ComesBack(number, next) : inLoops[number - 1];
        }

        return inLoops;
    }

    private static bool ComesBack(int start, int[][] next)
    {
        bool[] seen = new bool[next.Length];
        Stack<int> open = new(next[start]);
        while (open.TryPop(out int number))
        {
            if (number == start)
            {
                return true;
            }

            if (number < next.Length && !seen[number])
            {
                seen[number] = true;
                Array.ForEach(next[number], open.Push);
            }
        }

        return false;
    }

    // A finally block is called like a method, by its label. A jump without a label goes by a table.
    private static int[] Next(MethodListing method, int number)
    {
        string text = method.Instructions[number];
        string mnemonic = text.Split(' ', 2)[0];
        bool isJump = mnemonic[0] == 'j';
        IEnumerable<string> targets = isJump || mnemonic == "call" ? Label().Matches(text).Select(match => match.Value) : [];
        if (mnemonic == "jmp" && !targets.Any())
        {
            targets = method.JumpTargets;
        }

        bool ends = mnemonic is "jmp" or "ret" or "tail.jmp" or "rex.jmp" or "int3";
        return [.. targets.Select(target => method.Labels[target]), .. ends ? Array.Empty<int>() : [number + 1]];
    }

    [GeneratedRegex(@"G_M\w+_IG\d+")]
    private static partial Regex Label();
}
