using System.Collections.Immutable;
using NetworkingSfc.Classifier.CutTree;
using NetworkingSfc.Classifier.Simd;

namespace NetworkingSfc.Classifier;

/// <summary>The implementations there are, best measured first, and the choice among them.</summary>
public static class ClassifierCatalog
{
    /// <summary>Environment variable that forces one implementation by name, for tests and support.</summary>
    public const string ForcedNameVariable = "SFC_CLASSIFIER";

    /// <summary>All implementations, in the order in which they are preferred.</summary>
    public static ImmutableArray<ClassifierImplementation> Implementations { get; } =
    [
        OfTrees("CutForest512", new ForestLookup<Lanes512>()),
        OfTrees("CutForest256", new ForestLookup<Lanes256>()),
        OfTrees("CutForest128", new ForestLookup<Lanes128>()),
        OfTrees("CutForestScalar", new ForestLookup<ScalarLanes>()),
        new(nameof(Linear.LinearClassifier), IsSupported: true, rules => new Linear.LinearClassifier(rules)),
    ];

    /// <summary>Builds a classifier with the preferred implementation, or with the one the environment forces.</summary>
    /// <param name="rules">The rules.</param>
    /// <exception cref="InvalidOperationException">The forced name is unknown or this processor cannot run it.</exception>
    public static IUpdatableClassifier Build(RuleSet rules)
    {
        string? forced = Environment.GetEnvironmentVariable(ForcedNameVariable);
        return string.IsNullOrEmpty(forced)
            ? Implementations.First(candidate => candidate.IsSupported).Build(rules)
            : Named(forced).Build(rules);
    }

    /// <summary>The implementation with this name.</summary>
    /// <param name="name">Its name, case as in the catalog.</param>
    /// <exception cref="InvalidOperationException">The name is unknown or this processor cannot run it.</exception>
    public static ClassifierImplementation Named(string name) =>
        Implementations.FirstOrDefault(candidate => candidate.IsSupported && candidate.Name == name)
        ?? throw new InvalidOperationException(
            $"There is no classifier '{name}' (asked for by name or by {ForcedNameVariable}); this processor can run "
            + string.Join(", ", Implementations.Where(i => i.IsSupported).Select(i => i.Name)) + ".");

    private static ClassifierImplementation OfTrees(string name, ForestLookup lookup) =>
        new(name, lookup.IsSupported, rules => new CutForest(rules, lookup));
}
