namespace NetworkingSfc.Dataplane.Tracing;

/// <summary>A trace cannot begin; the sentence says why.</summary>
public sealed class TraceRefusedException : Exception
{
    /// <summary>Makes the exception.</summary>
    public TraceRefusedException()
    {
    }

    /// <summary>Another trace runs.</summary>
    public static TraceRefusedException AnotherRuns => new(
        "Packets are being traced already, and one trace at a time is accepted. It ends after its packets or its time, or when its client leaves.");

    /// <summary>Makes the exception.</summary>
    /// <param name="message">The sentence.</param>
    public TraceRefusedException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">The sentence.</param>
    /// <param name="innerException">The cause.</param>
    public TraceRefusedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
