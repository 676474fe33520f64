namespace NetworkingSfc.Dataplane.Channel;

/// <summary>Bytes that are not an encoded snapshot; the sentence says where and why.</summary>
public sealed class SnapshotFormatException : Exception
{
    /// <summary>Makes the exception.</summary>
    public SnapshotFormatException()
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">Where and why.</param>
    public SnapshotFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">Where and why.</param>
    /// <param name="innerException">The cause.</param>
    public SnapshotFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
