using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.State;

/// <summary>One thing wrong with a state document.</summary>
/// <param name="Where">JSON path such as <c>port_chains[0].flow_classifiers[1]</c>; line and column when the text is not JSON at all.</param>
/// <param name="Message">What is wrong and what would be accepted.</param>
public sealed record StateError(string Where, string Message)
{
    /// <summary>What the API would answer to an object of a document, with what would be accepted.</summary>
    /// <param name="kind">Kind of the object.</param>
    /// <param name="path">Where it is.</param>
    /// <param name="problem">The answer.</param>
    internal static StateError Of(ResourceKind kind, string path, ApiProblem problem) => new(
        problem.Attribute is { } attribute ? JsonPath.Member(path, attribute) : path,
        $"{problem.Message.TrimEnd('.')}.{Accepted(kind, problem)}");

    /// <inheritdoc/>
    public override string ToString() => $"{Where}: {Message}";

    private static string Accepted(ResourceKind kind, ApiProblem problem)
    {
        if (problem.Attribute is not { } attribute)
        {
            return "";
        }

        return kind.Attributes.Find(attribute) is not { } rule
            ? $" Accepted are {kind.Attributes.Names}."
            : rule.Accepts is null ? "" : $" Accepted is {rule.Accepts}.";
    }
}
