namespace NetworkingSfc.Sfc.Client;

/// <summary>Ends a command with one message on standard error and an exit status.</summary>
/// <param name="message">What was asked, what is wrong and what would be accepted.</param>
/// <param name="status">Exit status: 1 for what was refused or failed, 2 for wrong usage.</param>
internal sealed class CommandFailure(string message, int status = CommandFailure.Refused) : Exception(message)
{
    /// <summary>Exit status of what was refused or failed.</summary>
    public const int Refused = 1;

    /// <summary>Exit status of wrong usage.</summary>
    public const int WrongUsage = 2;

    /// <summary>The exit status.</summary>
    public int Status { get; } = status;
}
