using System.Collections.Immutable;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Publishing;

/// <summary>Turns a candidate set into what is published, or says why it cannot. Pure: the same set gives the same result.</summary>
/// <param name="candidate">The set that would become current.</param>
public delegate CompileResult CompileResources(ResourceSet candidate);

/// <summary>Outcome of compiling a set: something to publish, or the reasons why not.</summary>
public sealed record CompileResult
{
    private CompileResult(object? compiled, ulong generation, ImmutableArray<ApiProblem> problems)
    {
        Compiled = compiled;
        Generation = generation;
        Problems = problems;
    }

    /// <summary>What is handed to the publisher; null when the set was refused.</summary>
    public object? Compiled { get; }

    /// <summary>The generation in which a forwarder uses what was compiled; 0 without a forwarder.</summary>
    public ulong Generation { get; }

    /// <summary>Why the set was refused; empty when it was not.</summary>
    public ImmutableArray<ApiProblem> Problems { get; }

    /// <summary>The set compiled.</summary>
    /// <param name="compiled">What is handed to the publisher.</param>
    public static CompileResult Success(object compiled) => Success(compiled, generation: 0);

    /// <summary>The set compiled, for a forwarder.</summary>
    /// <param name="compiled">What is handed to the publisher.</param>
    /// <param name="generation">The generation in which the forwarder uses it.</param>
    public static CompileResult Success(object compiled, ulong generation) => new(compiled, generation, []);

    /// <summary>The set was refused.</summary>
    /// <param name="problems">At least one reason.</param>
    public static CompileResult Refused(params ImmutableArray<ApiProblem> problems) => new(null, 0, problems);
}
