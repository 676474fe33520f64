using NetworkingSfc.Classifier.Linear;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Classifier.Tests;

/// <summary>The implementations that this processor can run, as cases of theories.</summary>
public static class CatalogCases
{
    private static readonly string[] _sets = ["acl1_1k", "fw1_1k", "ipc1_1k", "acl1_10k", "fw1_10k", "ipc1_10k", "acl1_100k"];

    /// <summary>Each alone.</summary>
    public static TheoryData<string> Runnable => [.. Names];

    /// <summary>Each with each shared set and family. The linear one only takes part in the small sets: on the others it would take minutes.</summary>
    public static TheoryData<string, string, bool> OnSets
    {
        get
        {
            TheoryData<string, string, bool> cases = [];
            foreach ((string name, string set) in Names.SelectMany(name => _sets.Select(set => (name, set))))
            {
                if (!IsLinear(name) || set.EndsWith("_1k", StringComparison.Ordinal))
                {
                    cases.Add(name, set, false);
                    cases.Add(name, set, true);
                }
            }

            return cases;
        }
    }

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => ClassifierCatalog.Implementations.Where(i => i.IsSupported).Select(i => i.Name);

    /// <summary>How much of a long file an implementation goes through: the linear one a part of it only, unless all is asked for.</summary>
    public static int Share(string name, int all) => IsLinear(name) ? LongRun.Scale(all) : all;

    private static bool IsLinear(string name) => name == nameof(LinearClassifier);
}
