namespace NetworkingSfc.Control.Hosting;

/// <summary>The server cannot start as it was asked to. The message is one line, for whoever started it.</summary>
public sealed class StartRefusedException : Exception
{
    /// <summary>Says why.</summary>
    /// <param name="message">What was asked, what is wrong, what would be accepted.</param>
    public StartRefusedException(string message)
        : base(message.ReplaceLineEndings(" "))
    {
    }
}
