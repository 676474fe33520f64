using NetworkingSfc.Control.Attributes;

namespace NetworkingSfc.Control.Resources;

/// <summary>
/// Counts the changes of networks, subnets and ports. A number never goes back; a master that keeps its own may be ahead
/// of ours, and its number is taken then.
/// </summary>
internal static class RevisionNumbers
{
    /// <summary>Name of the attribute.</summary>
    public const string Name = "revision_number";

    /// <summary>Leaves as many changes to come as there were.</summary>
    private const int Max = 1 << 30;

    /// <summary>The row: chosen by the server, or by a document or a master.</summary>
    public static AttributeRule Rule { get; } = new(Name, AttributeUse.Document | AttributeUse.Replace, Numbers.Between(0, Max), Schema.Integer(0, int.MaxValue))
    {
        Accepts = "a number from 0 to 1073741824",
    };

    /// <summary>The number after an update.</summary>
    public static int Next(IRevisioned current, AttributeValues values, bool isChanged) =>
        Math.Max(values.Get(Name, 0), isChanged ? current.RevisionNumber + 1 : current.RevisionNumber);

    /// <summary>A collection read from a document, each resource with the number it has from its stored version.</summary>
    /// <param name="empty">The collection to fill, with the index of the kind.</param>
    /// <param name="read">What was read.</param>
    /// <param name="stored">What is stored.</param>
    /// <param name="with">Gives a resource another number.</param>
    /// <param name="alike">Whether two resources are the same but for their number, which both have by then.</param>
    public static ResourceCollection<T> Recount<T>(
        ResourceCollection<T> empty, ResourceCollection<T> read, ResourceCollection<T> stored, Func<T, int, T> with, Func<T, T, bool> alike) where T : Resource, IRevisioned
    {
        ResourceCollection<T> counted = empty;
        foreach (T resource in read)
        {
            int number = resource.RevisionNumber;
            if (stored.TryGet(resource.Id, out T? before))
            {
                bool same = alike(with(resource, before.RevisionNumber), before);
                number = Math.Max(number, same ? before.RevisionNumber : before.RevisionNumber + 1);
            }

            counted = counted.With(with(resource, number));
        }

        return counted;
    }
}
