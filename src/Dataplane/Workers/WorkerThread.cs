using System.Diagnostics;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Workers.Interop;

namespace NetworkingSfc.Dataplane.Workers;

/// <summary>The dedicated thread of a worker: steps it until stopped, and does what its idle policy says while nothing moves.</summary>
public sealed class WorkerThread : IDisposable
{
    // At full load no wait is one either, so there is a safe point by count.
    private const int StepsBetweenSafePoints = 1_024;

    private readonly Worker _worker;
    private readonly IdlePolicy _idle;
    private readonly int? _cpu;
    private readonly Action<Exception>? _failed;
    private readonly Thread _thread;
    private volatile bool _isStopping;

    /// <summary>Starts the thread. The worker belongs to it from now on.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="name">Name of the thread, for people who look at the process.</param>
    /// <param name="idle">What it does while nothing comes; <see cref="IdlePolicy.Sleep"/> unless given.</param>
    /// <param name="cpu">The CPU it is bound to; null for any.</param>
    /// <param name="failed">
    /// Told, on the thread and as the last thing it does, what a step threw. Without it, the exception ends the process.
    /// </param>
    public WorkerThread(Worker worker, string name, IdlePolicy? idle = null, int? cpu = null, Action<Exception>? failed = null)
    {
        _worker = worker;
        _idle = idle ?? IdlePolicy.Sleep;
        _cpu = cpu;
        _failed = failed;
        _thread = new Thread(Run) { Name = name, IsBackground = true };
        _thread.Start();
    }

    /// <summary>False when nobody steps the worker any more.</summary>
    public bool IsRunning => _thread.IsAlive;

    /// <summary>Lets the current step finish and stops the thread, then frees the worker.</summary>
    public void Dispose()
    {
        _isStopping = true;
        _thread.Join();
        _worker.Dispose();
    }

    private void Run()
    {
        try
        {
            if (_cpu is int cpu)
            {
                CpuSet.Pin(cpu);
            }

            Poll();
        }
        catch (Exception failure) when (_failed is not null)
        {
            _failed(failure);
        }
    }

    private void Poll()
    {
        WorkerStatistics statistics = _worker.Statistics;
        long emptyPolls = 0;
        long steps = 0;
        long before = Stopwatch.GetTimestamp();
        while (!_isStopping)
        {
            int moved = _worker.RunOnce();
            long now = Stopwatch.GetTimestamp();
            statistics.LargestGapTicks = Math.Max(statistics.LargestGapTicks, now - before);
            if (moved > 0)
            {
                statistics.BusyTicks += now - before;
                emptyPolls = 0;
            }
            else
            {
                statistics.EmptySteps++;
                if (_idle.Wait(++emptyPolls))
                {
                    now = Stopwatch.GetTimestamp();
                }
            }

            before = now;
            if (++steps % StepsBetweenSafePoints == 0)
            {
                // A garbage collection can stop this thread here without delay.
                _ = ThreadInterop.CurrentCpu();
                statistics.AllocatedBytes = GC.GetAllocatedBytesForCurrentThread();
                statistics.Collections = GC.CollectionCount(0);
            }
        }
    }
}
