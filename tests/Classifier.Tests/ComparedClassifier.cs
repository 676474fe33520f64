using NetworkingSfc.Classifier.Linear;
using Xunit;

namespace NetworkingSfc.Classifier.Tests;

/// <summary>A classifier beside <see cref="LinearClassifier"/>: both get the same changes, and every reader has to answer as the linear one does.</summary>
internal sealed class ComparedClassifier : IDisposable
{
    // None; one that nearly every key evicts another from; one that keeps decisions over many changes.
    private static readonly int[] _cacheEntries = [0, 64, 4_096];

    private readonly LinearClassifier _oracle;
    private readonly IClassifierReader[] _readers;
    private readonly string _name;

    public ComparedClassifier(string name, RuleSet rules)
    {
        _name = name;
        _oracle = new LinearClassifier(rules);
        Tested = ClassifierCatalog.Named(name).Build(rules);
        _readers = [.. _cacheEntries.Select(Tested.OpenReader)];
        Assert.Equal((rules.Rules.Length, 0L), (Tested.Count, Tested.Version));
    }

    public IUpdatableClassifier Tested { get; }

    /// <summary>The newest version of both.</summary>
    public (IFlowClassifier Tested, IFlowClassifier Oracle) Freeze() => (Tested.Freeze(), _oracle.Freeze());

    public void Apply(params RuleChange[] changes)
    {
        _oracle.Apply(changes);
        Tested.Apply(changes);
        Assert.Equal((_oracle.Count, _oracle.Version), (Tested.Count, Tested.Version));
    }

    public int[] Answers(params FlowKey[] keys) => Answers("", keys);

    /// <summary>The answers to the keys, the same from all.</summary>
    public int[] Answers(string what, params FlowKey[] keys)
    {
        FlowKeyBatch batch = Asking.Batch(keys);
        int[] expected = _oracle.Freeze().Ask(batch);
        for (int reader = 0; reader < _readers.Length; reader++)
        {
            // The second time, from what was remembered.
            AssertSame(expected, _readers[reader].Ask(batch), $"{what}, {_cacheEntries[reader]} cache entries");
            AssertSame(expected, _readers[reader].Ask(batch), $"{what}, {_cacheEntries[reader]} cache entries, again");
            Assert.Equal(Tested.Version, _readers[reader].Version);
        }

        return expected;
    }

    public void Dispose()
    {
        foreach (IClassifierReader reader in _readers)
        {
            reader.Dispose();
        }

        Tested.Dispose();
        _oracle.Dispose();
    }

    private void AssertSame(int[] expected, int[] found, string what)
    {
        int same = expected.AsSpan().CommonPrefixLength(found);
        Assert.True(same == expected.Length, $"{_name}{what}: row {same} of {expected.Length}");
    }
}
