using System.Collections.Immutable;
using System.Globalization;
using NetworkingSfc.Control.Publishing;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.State;

/// <summary>Puts a whole state in the place of the current one: a change like any other, so all of it happens or nothing.</summary>
internal static class StateImport
{
    private const int ErrorsTold = 10;

    /// <summary>Reads a document as the body of a PUT. What depends on the current state is left to the change.</summary>
    public static ApiProblem? Read(ReadOnlyMemory<byte> utf8, out Change? change)
    {
        change = null;
        StateReading reading = StateText.Parse(utf8, restores: true);
        if (reading.Document is not { } document)
        {
            return Refused(reading.Errors);
        }

        if (document.Revision is not { } revision)
        {
            return new ApiProblem(400, "InvalidState", "The state has no revision. Accepted is a whole number greater than the revision that GET answers.");
        }

        change = current => Replace(current, document.Resources, revision);
        return null;
    }

    private static ChangeResult Replace(ResourceSet current, ResourceSet read, long revision)
    {
        if (revision <= current.Revision)
        {
            return new ApiProblem(409, "StateRevisionConflict", string.Create(CultureInfo.InvariantCulture,
                $"The state has revision {revision}, and revision {current.Revision} is stored. Accepted is a greater one."));
        }

        ImmutableArray<StateError> conflicts = [.. StateConflicts.Find(read, current)];
        if (!conflicts.IsEmpty)
        {
            return Refused(conflicts);
        }

        ResourceSet next = read with { Revision = revision, QuotaLimits = current.QuotaLimits };
        foreach (ResourceKind kind in ResourceCatalog.All)
        {
            next = kind.Recount(next, current);
        }

        return ChangeResult.Of(next);
    }

    private static ApiProblem Refused(ImmutableArray<StateError> errors)
    {
        int more = errors.Length - ErrorsTold;
        string told = string.Join(" ", errors.Take(ErrorsTold));
        return new ApiProblem(400, "InvalidState", $"The state is refused and nothing was changed. {told}{(more > 0 ? $" And {more} more." : "")}");
    }
}
