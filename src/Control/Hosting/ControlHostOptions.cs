using NetworkingSfc.Control.Drivers;
using NetworkingSfc.Control.Publishing;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.Store;
using NetworkingSfc.Control.Tracing;

namespace NetworkingSfc.Control.Hosting;

/// <summary>How the control side runs.</summary>
public sealed record ControlHostOptions
{
    /// <summary>Where to listen.</summary>
    public ListenAddress Listen { get; init; } = ListenAddress.Default;

    /// <summary>Who may connect when <see cref="Listen"/> is a Unix socket.</summary>
    public UnixFileMode SocketMode { get; init; } = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The files to speak TLS with; null for plain HTTP.</summary>
    public TlsFiles? Tls { get; init; }

    /// <summary>The file of the tokens that callers are known by; null when identity headers are believed.</summary>
    public string? TokenFile { get; init; }

    /// <summary>Whether to listen beyond loopback although TLS or tokens are missing.</summary>
    public bool Insecure { get; init; }

    /// <summary>Requests that one client may send in a second; null for no bound.</summary>
    public int? RequestsPerSecond { get; init; }

    /// <summary>Where desired state is kept; empty and in memory unless given.</summary>
    public IStateStore Store { get; init; } = new MemoryStateStore(ResourceSet.Empty);

    /// <summary>Compiles candidates; by default every set is accepted and published as it is.</summary>
    public CompileResources Compile { get; init; } = CompileResult.Success;

    /// <summary>Receives what became current; by default nobody.</summary>
    public PublishResources Publish { get; init; } = (_, _) => { };

    /// <summary>The drivers behind <see cref="Publish"/>, which begin with the host and are asked how far they are; by default there are none.</summary>
    public DriverSet Drivers { get; init; } = new();

    /// <summary>Limits for each project.</summary>
    public Quotas Quotas { get; init; } = Quotas.Default;

    /// <summary>Time for a handshake, for the head and for the body of a request to arrive in full; a connection that sends nothing is closed after it too.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Largest body accepted, in bytes.</summary>
    public long MaxBodyBytes { get; init; } = 16 << 20;

    /// <summary>Largest body accepted for a whole state, in bytes.</summary>
    public long MaxStateBytes { get; init; } = 256 << 20;

    /// <summary>Whom to ask how far the forwarder is; by default there is none.</summary>
    public IForwarderProgress Forwarder { get; init; } = new NoForwarder();

    /// <summary>Whose packets can be traced; by default nobody's.</summary>
    public ITracedForwarder? Traced { get; init; }

    /// <summary>Whether warnings and errors are written to the console, on standard error.</summary>
    public bool LogToConsole { get; init; } = true;
}
