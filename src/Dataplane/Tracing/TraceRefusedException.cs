namespace NetworkingSfc.Dataplane.Tracing;

/// <summary>A trace cannot begin; the sentence says why.</summary>
public sealed class TraceRefusedException : Exception
{
    /// <summary>Makes the exception.</summary>
    public TraceRefusedException()
    {
    }

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
