namespace NetworkingSfc.Control.Drivers;

/// <summary>A driver could not apply a state. The message says what was asked, what is wrong and what would help.</summary>
public sealed class DriverException : Exception
{
    /// <summary>Makes the exception.</summary>
    public DriverException()
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">For people.</param>
    public DriverException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">For people.</param>
    /// <param name="innerException">The cause.</param>
    public DriverException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
