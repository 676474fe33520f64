namespace NetworkingSfc.Control.Hosting;

/// <summary>What the hosting of the server logs. Event ids 300 to 399.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(300, LogLevel.Warning, "The tokens were read again: {Count} are valid now.")]
    public static partial void TokensReloaded(ILogger logger, int count);

    [LoggerMessage(301, LogLevel.Warning, "The tokens stay as they were. {Reason}")]
    public static partial void TokensNotReloaded(ILogger logger, string reason);

    [LoggerMessage(302, LogLevel.Warning, "Listening on {Address}, which others may reach, without {Missing}.")]
    public static partial void Insecure(ILogger logger, string address, string missing);

    [LoggerMessage(303, LogLevel.Warning, "{Notice}")]
    public static partial void ConfigurationNotice(ILogger logger, string notice);

    [LoggerMessage(304, LogLevel.Warning, "The configuration was read again; it attaches {Ports} ports.")]
    public static partial void ConfigurationReloaded(ILogger logger, int ports);

    [LoggerMessage(305, LogLevel.Warning, "The TLS certificate was read again; it is valid until {Until:u}.")]
    public static partial void CertificateReloaded(ILogger logger, DateTime until);

    [LoggerMessage(306, LogLevel.Warning, "The TLS certificate stays as it was. {Reason}")]
    public static partial void CertificateNotReloaded(ILogger logger, string reason);
}
