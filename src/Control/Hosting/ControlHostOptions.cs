using NetworkingSfc.Control.Publishing;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.Store;

namespace NetworkingSfc.Control.Hosting;

/// <summary>How the control side runs.</summary>
public sealed record ControlHostOptions
{
    /// <summary>Address to listen on: http, an IP address or <c>localhost</c>, and a port; port 0 takes a free one.</summary>
    public Uri Listen { get; init; } = new("http://127.0.0.1:9696");

    /// <summary>Where desired state is kept; empty and in memory unless given.</summary>
    public IStateStore Store { get; init; } = new MemoryStateStore(ResourceSet.Empty);

    /// <summary>Compiles candidates; by default every set is accepted and published as it is.</summary>
    public CompileResources Compile { get; init; } = CompileResult.Success;

    /// <summary>Receives what became current; by default nobody.</summary>
    public PublishResources Publish { get; init; } = (_, _) => { };

    /// <summary>Limits for each project.</summary>
    public Quotas Quotas { get; init; } = Quotas.Default;

    /// <summary>Time for the head, and for the body, of a request to arrive in full.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Largest body accepted, in bytes.</summary>
    public long MaxBodyBytes { get; init; } = 16 << 20;

    /// <summary>Largest body accepted for a whole state, in bytes.</summary>
    public long MaxStateBytes { get; init; } = 256 << 20;

    /// <summary>Whom to ask how far the forwarder is; by default there is none.</summary>
    public IForwarderProgress Forwarder { get; init; } = new NoForwarder();

    /// <summary>Whether warnings and errors are written to the console.</summary>
    public bool LogToConsole { get; init; } = true;
}
