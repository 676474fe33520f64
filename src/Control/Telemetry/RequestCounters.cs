using System.Diagnostics;

namespace NetworkingSfc.Control.Telemetry;

/// <summary>Requests to the API by the status they were answered with, and how long they took. Any thread.</summary>
internal sealed class RequestCounters
{
    private const int Codes = 1_000;

    private readonly long[] _byCode = new long[Codes];
    private readonly long[] _byDuration = new long[Bounds.Length + 1];
    private long _ticks;

    /// <summary>Upper bounds of the durations that are told apart, in seconds.</summary>
    public static ReadOnlySpan<double> Bounds => [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

    /// <summary>Counts a request.</summary>
    /// <param name="code">Status of the answer.</param>
    /// <param name="started"><see cref="Stopwatch.GetTimestamp"/> at its beginning.</param>
    public void Count(int code, long started)
    {
        long ticks = Stopwatch.GetTimestamp() - started;
        Interlocked.Increment(ref _byCode[Math.Clamp(code, 0, Codes - 1)]);
        double seconds = (double)ticks / Stopwatch.Frequency;
        int bucket = 0;
        while (bucket < Bounds.Length && seconds > Bounds[bucket])
        {
            bucket++;
        }

        Interlocked.Increment(ref _byDuration[bucket]);
        Interlocked.Add(ref _ticks, ticks);
    }

    /// <summary>Writes what was counted.</summary>
    /// <param name="text">Where to.</param>
    public void Write(MetricsText text)
    {
        const string duration = "sfc_api_request_duration_seconds";
        text.Family("sfc_api_requests_total", "counter", "Requests by the status they were answered with.");
        for (int code = 0; code < Codes; code++)
        {
            if (Interlocked.Read(ref _byCode[code]) is > 0 and long requests)
            {
                text.Sample("sfc_api_requests_total", requests, ("code", $"{code}"));
            }
        }

        text.Family(duration, "histogram", "Time from the head of a request to the end of its answer.");
        text.Histogram(duration, Bounds, [.. _byDuration], (double)Interlocked.Read(ref _ticks) / Stopwatch.Frequency);
    }
}
