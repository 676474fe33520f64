using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Console;
using NetworkingSfc.Control.Access;
using NetworkingSfc.Control.Drivers;
using NetworkingSfc.Control.Http;
using NetworkingSfc.Control.Publishing;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Ports.Linux;

namespace NetworkingSfc.Control.Hosting;

/// <summary>The control side in one object: the control loop and the HTTP server over it. Hosted by <c>Program</c> and in process by tools and tests.</summary>
public sealed class ControlHost : IAsyncDisposable
{
    /// <summary>How long a stop waits for requests under way.</summary>
    private static readonly TimeSpan _stopTimeout = TimeSpan.FromSeconds(3);

    private readonly WebApplication _application;
    private readonly ControlLoop _loop;
    private readonly ControlHostOptions _options;
    private readonly ILogger _logger;
    private readonly TokenCallers? _tokens;
    private readonly TlsEndpoint? _tls;
    private readonly RequestRate? _rate;
    private readonly IDisposable _refusals;

    private ControlHost(WebApplication application, ControlHostOptions options, TokenCallers? tokens, TlsEndpoint? tls)
    {
        _application = application;
        _options = options;
        _tokens = tokens;
        _tls = tls;
        _logger = LoggerFor<ControlHost>();
        _loop = new ControlLoop(options.Compile, options.Store, options.Publish, LoggerFor<ControlLoop>());
        _rate = options.RequestsPerSecond is { } perSecond ? new RequestRate(perSecond) : null;
        AccessGate gate = new(tokens is null ? new HeaderCallers() : tokens, _rate);
        ApiHandler handler = new(_loop, gate, options, LoggerFor<ApiHandler>());
        application.Run(handler.HandleAsync);
        _refusals = ServerRefusals.AnswerThoseOf(application.Services.GetRequiredService<DiagnosticListener>());
    }

    /// <summary>The set after the last accepted change.</summary>
    public ResourceSet Current => _loop.Current;

    /// <summary>The address the server is bound to, with the real port; known once <see cref="StartAsync"/> has returned.</summary>
    public Uri Address => new(_application.Urls.First());

    /// <summary>The same as people write it: without a trailing slash, and <c>unix:PATH</c> for a Unix socket.</summary>
    public string ListeningOn => _options.Listen.SocketPath is null ? Address.ToString().TrimEnd('/') : _options.Listen.ToString();

    /// <summary>
    /// Loads and publishes the stored state and prepares the server; it listens from <see cref="StartAsync"/> on.
    /// Options that contradict each other are an <see cref="ArgumentException"/>, files that cannot be used a
    /// <see cref="StartRefusedException"/>.
    /// </summary>
    /// <param name="options">How to run.</param>
    public static ControlHost Build(ControlHostOptions options)
    {
        ListenRules.Check(options);
        TokenCallers? tokens = ReadTokens(options.TokenFile);
        TlsEndpoint? tls = options.Tls is null ? null : TlsEndpoint.Load(options.Tls);

        // No command line and no environment: what is not in the options does not change how the server runs.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        AddLogging(builder, options.LogToConsole);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = _stopTimeout);
        builder.Services.Configure<SocketTransportOptions>(transport => transport.CreateBoundListenSocket = endpoint => Bind(endpoint, options.SocketMode));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            SetLimits(kestrel.Limits, options);
            kestrel.Listen(options.Listen.EndPoint, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                if (tls is not null)
                {
                    listen.UseHttps(tls.Settings(options.RequestTimeout));
                }
            });
        });
        return new ControlHost(builder.Build(), options, tokens, tls);
    }

    /// <summary>Starts listening; a <see cref="StartRefusedException"/> says why that is impossible.</summary>
    /// <param name="cancellation">Gives up.</param>
    public async Task StartAsync(CancellationToken cancellation = default)
    {
        try
        {
            await _application.StartAsync(cancellation);
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            throw new StartRefusedException($"Cannot listen on {_options.Listen}: {failure.Message.TrimEnd('.')}. Accepted is an address of this machine and a port that is free and permitted.");
        }

        // Nothing outside is changed for a server that does not start.
        _options.Drivers.Start(LoggerFor<DriverSet>(), _loop.PublishAgainAsync);
        if (ListenRules.MissingProtection(_options) is { } missing)
        {
            HostingLog.Insecure(_logger, ListeningOn, missing);
        }
    }

    /// <summary>Reads the token file again. When it cannot be used, that is logged and the tokens stay as they were.</summary>
    public void ReloadTokens()
    {
        if (_tokens is null)
        {
            return;
        }

        if (_tokens.Reload(out int count) is { } wrong)
        {
            HostingLog.TokensNotReloaded(_logger, wrong);
        }
        else
        {
            HostingLog.TokensReloaded(_logger, count);
        }
    }

    /// <summary>Reads the files of TLS again, for connections from now on. When they cannot be used, that is logged and all stays as it was.</summary>
    public void ReloadCertificate()
    {
        if (_tls is null)
        {
            return;
        }

        if (_tls.Reload() is { } wrong)
        {
            HostingLog.CertificateNotReloaded(_logger, wrong);
        }
        else
        {
            HostingLog.CertificateReloaded(_logger, _tls.ValidUntil);
        }
    }

    /// <summary>Reads the configuration file again and attaches ports as it says. When it cannot be used, that is logged and all stays as it was.</summary>
    /// <param name="configuration">The file.</param>
    /// <param name="drivers">The drivers that attach ports.</param>
    internal void ReloadConfiguration(RoleConfiguration configuration, DriverSet drivers)
    {
        bool isRead = configuration.Reload(out string? notice);
        if (notice is not null)
        {
            HostingLog.ConfigurationNotice(_logger, notice);
        }

        if (isRead)
        {
            drivers.Configured = configuration.Ports;
            _ = _loop.PublishAgainAsync();
            HostingLog.ConfigurationReloaded(_logger, configuration.Ports.Length);
        }
    }

    /// <summary>Ends when the control loop has had its turn: it is alive.</summary>
    internal Task IsTakingChangesAsync() => _loop.ApplyAsync(set => ChangeResult.Of(set), CancellationToken.None);

    /// <summary>Waits until the process is asked to stop (SIGTERM, SIGINT), then stops listening.</summary>
    public Task WaitForShutdownAsync() => _application.WaitForShutdownAsync();

    /// <summary>Stops listening, answers what is under way, finishes the changes that wait.</summary>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _loop.DisposeAsync();
        await _application.DisposeAsync();
        _refusals.Dispose();
        _rate?.Dispose();
    }

    private static TokenCallers? ReadTokens(string? file)
    {
        if (file is null)
        {
            return null;
        }

        string? wrong = TokenSet.Read(file, out TokenSet? tokens);
        return tokens is null ? throw new StartRefusedException(wrong!) : new TokenCallers(file, tokens);
    }

    private static void AddLogging(WebApplicationBuilder builder, bool toConsole)
    {
        builder.Logging.SetMinimumLevel(LogLevel.Warning);

        // Repeats, with a stack trace, what StartAsync throws.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        if (toConsole)
        {
            builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
            builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        }
    }

    private static void SetLimits(KestrelServerLimits limits, ControlHostOptions options)
    {
        limits.MaxRequestBodySize = options.MaxBodyBytes;
        limits.RequestHeadersTimeout = options.RequestTimeout;

        // A head of which nothing has arrived is not in full either.
        limits.KeepAliveTimeout = options.RequestTimeout;

        // The time for the whole body is bounded by the reader of the body.
        limits.MinRequestBodyDataRate = null;
    }

    private static Socket Bind(EndPoint endpoint, UnixFileMode socketMode)
    {
        if (endpoint is not UnixDomainSocketEndPoint unix)
        {
            return SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        }

        try
        {
            return UnixSocket.Listen(unix, socketMode);
        }
        catch (SocketPathException refused)
        {
            throw new StartRefusedException(refused.Message);
        }
    }

    private ILogger<T> LoggerFor<T>() => _application.Services.GetRequiredService<ILogger<T>>();
}
