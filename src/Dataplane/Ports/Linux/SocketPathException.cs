namespace NetworkingSfc.Dataplane.Ports.Linux;

/// <summary>The path of a Unix socket cannot be listened at; the sentence says which, why and what is accepted.</summary>
public sealed class SocketPathException : Exception
{
    /// <summary>Makes the exception.</summary>
    public SocketPathException()
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">The sentence.</param>
    public SocketPathException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">The sentence.</param>
    /// <param name="innerException">The cause.</param>
    public SocketPathException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
