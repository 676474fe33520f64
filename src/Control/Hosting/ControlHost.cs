using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using NetworkingSfc.Control.Http;
using NetworkingSfc.Control.Publishing;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Hosting;

/// <summary>The control side in one object: the control loop and the HTTP server over it. Hosted by <c>Program</c> and in process by tools and tests.</summary>
public sealed class ControlHost : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ControlLoop _loop;

    private ControlHost(WebApplication application, ControlLoop loop)
    {
        _application = application;
        _loop = loop;
    }

    /// <summary>The set after the last accepted change.</summary>
    public ResourceSet Current => _loop.Current;

    /// <summary>The address the server is bound to, with the real port; known once <see cref="StartAsync"/> has returned.</summary>
    public Uri Address => new(_application.Urls.First());

    /// <summary>Loads and publishes the stored state and prepares the server; it listens from <see cref="StartAsync"/> on.</summary>
    /// <param name="options">How to run.</param>
    public static ControlHost Build(ControlHostOptions options)
    {
        IPEndPoint endpoint = ListenAddress.Parse(options.Listen);

        // No command line and no environment: what is not in the options does not change how the server runs.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        if (options.LogToConsole)
        {
            builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        }

        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxBodyBytes;
            kestrel.Limits.RequestHeadersTimeout = options.RequestTimeout;

            // The time for the whole body is bounded by the reader of the body.
            kestrel.Limits.MinRequestBodyDataRate = null;

            // Without TLS nobody can ask for HTTP/2, except by guessing.
            kestrel.Listen(endpoint, listen => listen.Protocols = HttpProtocols.Http1);
        });
        WebApplication application = builder.Build();
        ControlLoop loop = new(options.Compile, options.Store, options.Publish, application.Services.GetRequiredService<ILogger<ControlLoop>>());
        ApiHandler handler = new(loop, options, application.Services.GetRequiredService<ILogger<ApiHandler>>());
        application.Run(handler.HandleAsync);
        return new ControlHost(application, loop);
    }

    /// <summary>Starts listening.</summary>
    /// <param name="cancellation">Gives up.</param>
    public Task StartAsync(CancellationToken cancellation = default) => _application.StartAsync(cancellation);

    /// <summary>Waits until the process is asked to stop (SIGTERM, SIGINT), then stops listening.</summary>
    public Task WaitForShutdownAsync() => _application.WaitForShutdownAsync();

    /// <summary>Stops listening, answers what is under way, finishes the changes that wait.</summary>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _loop.DisposeAsync();
        await _application.DisposeAsync();
    }
}
