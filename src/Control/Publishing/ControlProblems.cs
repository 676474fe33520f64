using System.Collections.Immutable;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Publishing;

/// <summary>What can go wrong with a change apart from its content.</summary>
internal static class ControlProblems
{
    public static ApiProblem Stopping { get; } = new(503, "ServiceUnavailable", "The server is stopping and takes no more changes. Try again later.");

    public static ApiProblem StoreUnavailable { get; } = NotSaved("the store failed");

    /// <summary>The store could not take the change.</summary>
    public static ApiProblem NotSaved(string reason) => new(503, "ServiceUnavailable",
        $"The change could not be saved and was not made: {reason.TrimEnd('.')}. Reads go on; changes work again when the store does.");

    /// <summary>The first problem, with the messages of all of them.</summary>
    public static ApiProblem Refused(ImmutableArray<ApiProblem> problems) => problems.Length == 1
        ? problems[0]
        : problems[0] with { Message = string.Join(" ", problems.Select(problem => problem.Message)) };
}
