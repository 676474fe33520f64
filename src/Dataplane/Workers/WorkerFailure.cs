namespace NetworkingSfc.Dataplane.Workers;

/// <summary>A worker that has stopped because a step threw.</summary>
/// <param name="Worker">Its number.</param>
/// <param name="Exception">What the step threw.</param>
public sealed record WorkerFailure(int Worker, Exception Exception)
{
    /// <summary>The sentence for people.</summary>
    public override string ToString() =>
        $"Worker {Worker} has failed and forwards no more: {Exception.Message.ReplaceLineEndings(" ")} ({Exception.GetType().Name}). The process has to be started again.";
}
