namespace NetworkingSfc.Dataplane.Tracing;

/// <summary>What is to be traced, and until when.</summary>
/// <param name="Filter">Which packets.</param>
/// <param name="Count">Ends after so many packets, 1 to <see cref="MostPackets"/>, of all workers together.</param>
/// <param name="Limit">Ends after this time, up to <see cref="LongestTime"/>.</param>
public sealed record TraceRequest(TraceFilter Filter, int Count, TimeSpan Limit)
{
    /// <summary>Most packets of one trace.</summary>
    public const int MostPackets = 1_000_000;

    /// <summary>Longest time of one trace.</summary>
    public static readonly TimeSpan LongestTime = TimeSpan.FromHours(1);

    /// <summary>The time unless another is given.</summary>
    public static readonly TimeSpan DefaultTime = TimeSpan.FromMinutes(1);
}
