namespace NetworkingSfc.Control.Http;

/// <summary>What the HTTP layer logs. Event ids 200 to 299.</summary>
internal static partial class HttpLog
{
    [LoggerMessage(200, LogLevel.Error, "A {Method} request failed unexpectedly.")]
    public static partial void RequestFailed(ILogger logger, string method, Exception exception);

    [LoggerMessage(201, LogLevel.Debug, "The client of a {Method} request left before the answer.")]
    public static partial void ClientLeft(ILogger logger, string method);
}
