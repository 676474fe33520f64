namespace NetworkingSfc.Classifier;

/// <summary>Finds the best matching rule for each key of a batch.</summary>
public interface IFlowClassifier
{
    /// <summary>What <see cref="Classify"/> writes for a key that no rule matches.</summary>
    const int NoMatch = -1;

    /// <summary>Writes the id of the best rule, or <see cref="NoMatch"/>, for each of the batch's keys.</summary>
    /// <param name="keys">The keys; rows 0 to <see cref="FlowKeyBatch.Count"/> - 1 are answered.</param>
    /// <param name="results">One element a row, at least <see cref="FlowKeyBatch.Capacity"/> long, so that whole vectors can be stored.</param>
    void Classify(FlowKeyBatch keys, Span<int> results);
}
