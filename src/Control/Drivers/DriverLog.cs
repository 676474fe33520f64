namespace NetworkingSfc.Control.Drivers;

/// <summary>What drivers log. Event ids 400 to 499.</summary>
internal static partial class DriverLog
{
    [LoggerMessage(400, LogLevel.Warning, "Driver {Driver} could not apply revision {Revision} and tries again: {Reason}")]
    public static partial void Failed(ILogger logger, string driver, long revision, string reason, Exception? exception);

    [LoggerMessage(401, LogLevel.Warning, "Driver {Driver} has applied revision {Revision} after it had failed.")]
    public static partial void Recovered(ILogger logger, string driver, long revision);

    [LoggerMessage(402, LogLevel.Warning, "The [[port]] '{Port}' of the configuration attaches nothing: {Reason}")]
    public static partial void Unused(ILogger logger, string port, string reason);
}
