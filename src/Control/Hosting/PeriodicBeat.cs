namespace NetworkingSfc.Control.Hosting;

/// <summary>Tells the service manager in time that the process is alive, as long as it proves that it is.</summary>
internal sealed class PeriodicBeat : IDisposable
{
    private readonly CancellationTokenSource _ending = new();

    /// <summary>Begins, if the manager waits for it.</summary>
    /// <param name="service">The way to the manager.</param>
    /// <param name="prove">Ends when the process has done what it is there for; a process that hangs does not get there.</param>
    public PeriodicBeat(ServiceNotifier service, Func<Task> prove)
    {
        if (service.BeatInterval is { } interval)
        {
            _ = RunAsync(service, prove, interval / 2);
        }
    }

    /// <summary>Ends.</summary>
    public void Dispose()
    {
        _ending.Cancel();
        _ending.Dispose();
    }

    private async Task RunAsync(ServiceNotifier service, Func<Task> prove, TimeSpan interval)
    {
        using PeriodicTimer timer = new(interval);
        CancellationToken ending = _ending.Token;
        try
        {
            do
            {
                await prove().WaitAsync(ending);
                service.Beat();
            }
            while (await timer.WaitForNextTickAsync(ending));
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
    }
}
