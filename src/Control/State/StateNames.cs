using NetworkingSfc.Control.Attributes;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.State;

/// <summary>What the objects of a document are called: by id, or by a name that only one of the kind has.</summary>
internal sealed class StateNames
{
    private const int Examples = 5;

    private readonly Dictionary<string, HashSet<Guid>> _ids = [];
    private readonly Dictionary<string, Dictionary<string, List<Guid>>> _names = [];

    /// <summary>Makes an object known.</summary>
    public void Add(ResourceKind kind, Guid id, string name)
    {
        Of(_ids, kind.Plural).Add(id);
        if (name.Length > 0)
        {
            Dictionary<string, List<Guid>> names = Of(_names, kind.Plural);
            Of(names, name).Add(id);
        }
    }

    /// <summary>The object that a text names, or why it names none.</summary>
    public string? Find(string plural, string text, out Guid id)
    {
        if (Ids.TryParse(text, out id) && Of(_ids, plural).Contains(id))
        {
            return null;
        }

        string what = ResourceCatalog.Find(plural)!.Singular.Replace('_', ' ');
        Dictionary<string, List<Guid>> names = Of(_names, plural);
        if (!names.TryGetValue(text, out List<Guid>? found))
        {
            string[] examples = [.. names.Where(pair => pair.Value.Count == 1).Take(Examples).Select(pair => $"'{pair.Key}'")];
            string known = examples.Length == 0 ? "there is none with a unique name" : $"for example {string.Join(", ", examples)}";
            return $"'{text}' names no {what} of this document. Accepted is the id or the unique name of a {what}: {known}.";
        }

        id = found[0];
        return found.Count == 1
            ? null
            : $"'{text}' is ambiguous: {found.Count} {what}s have that name. Accepted is the id of one: {string.Join(", ", found.Take(Examples))}.";
    }

    private static TValue Of<TKey, TValue>(Dictionary<TKey, TValue> map, TKey key) where TKey : notnull where TValue : new()
    {
        if (!map.TryGetValue(key, out TValue? value))
        {
            map[key] = value = new TValue();
        }

        return value;
    }
}
