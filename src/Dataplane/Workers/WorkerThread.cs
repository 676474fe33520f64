namespace NetworkingSfc.Dataplane.Workers;

/// <summary>The dedicated thread of a worker: steps it until stopped, and sleeps while nothing moves.</summary>
public sealed class WorkerThread : IDisposable
{
    private const int EmptyStepsBeforeSleep = 1_000;
    private const int SleepMilliseconds = 1;

    private readonly Worker _worker;
    private readonly Thread _thread;
    private volatile bool _isStopping;

    /// <summary>Starts the thread. The worker belongs to it from now on.</summary>
    /// <param name="worker">The worker, with its queues attached.</param>
    /// <param name="name">Name of the thread, for people who look at the process.</param>
    public WorkerThread(Worker worker, string name)
    {
        _worker = worker;
        _thread = new Thread(Run) { Name = name, IsBackground = true };
        _thread.Start();
    }

    /// <summary>Lets the current step finish and stops the thread, then frees the worker.</summary>
    public void Dispose()
    {
        _isStopping = true;
        _thread.Join();
        _worker.Dispose();
    }

    private void Run()
    {
        int emptySteps = 0;
        while (!_isStopping)
        {
            emptySteps = _worker.RunOnce() > 0 ? 0 : emptySteps + 1;
            if (emptySteps >= EmptyStepsBeforeSleep)
            {
                // Also the safe point at which a garbage collection can stop this thread without delay.
                Thread.Sleep(SleepMilliseconds);
            }
        }
    }
}
