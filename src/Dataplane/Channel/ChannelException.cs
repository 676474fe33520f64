namespace NetworkingSfc.Dataplane.Channel;

/// <summary>The other role cannot be spoken to, or says what is not understood; the sentence says why.</summary>
public sealed class ChannelException : Exception
{
    /// <summary>Makes the exception.</summary>
    public ChannelException()
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">The sentence.</param>
    public ChannelException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">The sentence.</param>
    /// <param name="innerException">The cause.</param>
    public ChannelException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
