namespace NetworkingSfc.Dataplane.Ports;

/// <summary>A port cannot be opened; the sentence says what was asked, what is wrong and what is accepted.</summary>
public sealed class PortOpenException : Exception
{
    /// <summary>Makes the exception.</summary>
    public PortOpenException()
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">The sentence.</param>
    public PortOpenException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">The sentence.</param>
    /// <param name="innerException">The cause.</param>
    public PortOpenException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
