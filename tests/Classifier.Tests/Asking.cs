namespace NetworkingSfc.Classifier.Tests;

/// <summary>Asks classifiers.</summary>
internal static class Asking
{
    /// <summary>The answers to the rows of a batch. What is not answered is no id.</summary>
    public static int[] Ask(this IFlowClassifier classifier, FlowKeyBatch keys)
    {
        int[] results = new int[keys.Capacity];
        Array.Fill(results, int.MinValue);
        classifier.Classify(keys, results);
        return results[..keys.Count];
    }

    /// <summary>A batch of these keys.</summary>
    public static FlowKeyBatch Batch(params IReadOnlyCollection<FlowKey> keys)
    {
        FlowKeyBatch batch = new(Math.Max(1, keys.Count));
        foreach (FlowKey key in keys)
        {
            batch.Add(key);
        }

        return batch;
    }
}
