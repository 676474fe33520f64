using System.Diagnostics;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Workers;
using NetworkingSfc.Dataplane.Workers.WarmUp;

namespace NetworkingSfc.Sfc.Bench;

/// <summary>One process's measurement: workers that take held frames through the engine as fast as they can.</summary>
internal static class PipelineRun
{
    private const int FrameBytes = 2_048;
    private const int SlotsPerWorker = 256;
    private const int StepsBetweenLooks = 256;

    /// <summary>Measures.</summary>
    /// <param name="snapshot">What the engine does.</param>
    /// <param name="inputs">The frames by port.</param>
    /// <param name="workers">Threads, each with frames of its own.</param>
    /// <param name="seconds">How long.</param>
    public static PipelineSample Measure(SteeringSnapshot snapshot, IReadOnlyList<HeldFrames> inputs, int workers, double seconds)
    {
        Lane[] lanes = [.. Enumerable.Range(0, workers).Select(number => new Lane(snapshot, inputs, number, workers))];
        try
        {
            JitWarmup.Settle(() => lanes[0].Step(TimeSpan.FromMilliseconds(50)));
            using Barrier start = new(workers);
            int before = GC.CollectionCount(0);
            Thread[] threads = [.. lanes.Select(lane => new Thread(() => lane.Measure(start, TimeSpan.FromSeconds(seconds))))];
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());
            return new PipelineSample(lanes.Sum(lane => lane.Mpps), lanes.Sum(lane => lane.Allocated), GC.CollectionCount(0) - before, lanes.Sum(lane => lane.FlowsLookedUp), lanes.Sum(lane => lane.FlowsRecalled));
        }
        finally
        {
            Array.ForEach(lanes, lane => lane.Dispose());
        }
    }

    private sealed class Lane : IDisposable
    {
        private readonly Worker _worker;

        public Lane(SteeringSnapshot snapshot, IReadOnlyList<HeldFrames> inputs, int number, int workers)
        {
            _worker = new Worker(new SnapshotCell(snapshot), SlotsPerWorker, FrameBytes, TimeProvider.System);
            for (int port = 0; port < snapshot.PortCount; port++)
            {
                HeldFrames? frames = inputs.FirstOrDefault(input => input.Port == port);
                _worker.Attach(port, new HeldFramesPort(frames, frames is null ? 0 : frames.Count * number / workers), 0);
            }
        }

        public double Mpps { get; private set; }

        public long Allocated { get; private set; }

        public long FlowsLookedUp { get; private set; }

        public long FlowsRecalled { get; private set; }

        public void Measure(Barrier start, TimeSpan time)
        {
            Step(TimeSpan.FromMilliseconds(50));
            start.SignalAndWait();
            (long lookedUp, long recalled) = (_worker.Statistics.FlowsLookedUp, _worker.Statistics.FlowsRecalled);
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            long began = Stopwatch.GetTimestamp();
            long frames = Step(time);
            double microseconds = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
            Allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            Mpps = frames / microseconds;
            FlowsLookedUp = _worker.Statistics.FlowsLookedUp - lookedUp;
            FlowsRecalled = _worker.Statistics.FlowsRecalled - recalled;
        }

        /// <summary>Steps the worker for so long and gives the frames it took.</summary>
        public long Step(TimeSpan time)
        {
            long began = Stopwatch.GetTimestamp();
            long frames = 0;
            while (Stopwatch.GetElapsedTime(began) < time)
            {
                for (int step = 0; step < StepsBetweenLooks; step++)
                {
                    frames += _worker.RunOnce();
                }
            }

            return frames;
        }

        public void Dispose() => _worker.Dispose();
    }
}
