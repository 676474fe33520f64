namespace NetworkingSfc.Control.Publishing;

/// <summary>What the control loop logs. Event ids 100 to 199.</summary>
internal static partial class ControlLog
{
    [LoggerMessage(100, LogLevel.Error, "A change to revision {Revision} failed unexpectedly and was not made.")]
    public static partial void ChangeFailed(ILogger logger, long revision, Exception exception);

    [LoggerMessage(101, LogLevel.Warning, "Revision {Revision} could not be saved and was not made: {Reason}")]
    public static partial void NotSaved(ILogger logger, long revision, string reason);

    [LoggerMessage(102, LogLevel.Error, "Saving revision {Revision} failed unexpectedly; it was not made.")]
    public static partial void SaveFailed(ILogger logger, long revision, Exception exception);

    [LoggerMessage(103, LogLevel.Error, "Revision {Revision} is saved but publishing it failed.")]
    public static partial void PublishFailed(ILogger logger, long revision, Exception exception);
}
