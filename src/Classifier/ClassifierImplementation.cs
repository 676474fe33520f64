namespace NetworkingSfc.Classifier;

/// <summary>One entry of <see cref="ClassifierCatalog"/>: a named way to build a classifier.</summary>
/// <param name="Name">Stable name, as given in the environment variable.</param>
/// <param name="IsSupported">True when this processor can run it.</param>
/// <param name="Build">Makes a classifier for a rule set.</param>
public sealed record ClassifierImplementation(string Name, bool IsSupported, Func<RuleSet, IUpdatableClassifier> Build);
