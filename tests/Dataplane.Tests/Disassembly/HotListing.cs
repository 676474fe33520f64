using NetworkingSfc.Testing;

namespace NetworkingSfc.Dataplane.Tests.Disassembly;

/// <summary>The final code of everything that <see cref="HotProcess"/> ran.</summary>
public sealed class HotListing
{
    // Threads of the compiler may write at once; that is seen, and rare.
    private const int Attempts = 5;

    private readonly ILookup<string, MethodListing> _methods;

    public HotListing()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "listing");
        IReadOnlyList<MethodListing>? all = null;
        for (int attempt = 0; attempt < Attempts && all is null; attempt++)
        {
            File.Delete(path);
            HotProcess.ListTo(path);
            all = MethodListing.ReadAll(File.ReadLines(path));
        }

        _methods = (all ?? throw new InvalidDataException("The compiler wrote listings into each other, again and again."))
            .Where(method => method.IsFinal)
            .GroupBy(method => method.Signature)
            .ToLookup(versions => versions.Last().Name, versions => versions.Last());
    }

    /// <summary>The newest code of a method, of each of its overloads; nothing when it was not compiled.</summary>
    /// <param name="name">As in <see cref="MethodListing.Name"/>.</param>
    internal IReadOnlyList<MethodListing> this[string name] => [.. _methods[name]];

    /// <summary>What is wrong with a method, or null.</summary>
    internal string? ComplaintAbout(HotMethod method)
    {
        string[] stores = [.. _methods[method.Name].SelectMany(version => FrameStores.Of(version, method.WholeBody))];
        int bytes = stores.Sum(FrameStores.BytesOf);
        return !_methods.Contains(method.Name) ? $"{method.Name} is on the list and was not compiled: it has another name now, or nothing calls it"
            : bytes > method.ToleratedBytes ? $"{method.Name} stores {bytes} bytes of vectors to the frame, tolerated are {method.ToleratedBytes}: {string.Join("; ", stores)}"
            : null;
    }

    /// <summary>What stores vectors to the frame, was called often enough to be compiled by the warm-up, and is on no list.</summary>
    /// <param name="listed">Names of methods, or of types for all of theirs.</param>
    internal IReadOnlyList<string> StoringWithout(IReadOnlySet<string> listed) =>
    [
        .. _methods.Where(versions => !listed.Contains(versions.Key) && !listed.Contains(versions.Key.Split(':')[0]))
            .SelectMany(versions => versions)
            .Where(version => FrameStores.Of(version, wholeBody: true).Count > 0)
            .Select(version => $"{version.Name}: {string.Join("; ", FrameStores.Of(version, wholeBody: true))}"),
    ];
}
