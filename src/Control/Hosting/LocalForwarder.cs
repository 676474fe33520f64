using NetworkingSfc.Control.Drivers.Forwarder;
using NetworkingSfc.Dataplane.Attachments;
using NetworkingSfc.Dataplane.Workers;
using NetworkingSfc.Dataplane.Workers.WarmUp;

namespace NetworkingSfc.Control.Hosting;

/// <summary>The forwarder's end in the process of the control API: workers that use what is published, and the ports it is attached to.</summary>
internal sealed class LocalForwarder : IDisposable
{
    private readonly WorkerGroup _workers;
    private readonly PortSet _ports;

    /// <summary>Starts the workers. Ports are opened as they are published, the first after warming up.</summary>
    /// <param name="driver">Publishes.</param>
    /// <param name="options">How the workers run.</param>
    public LocalForwarder(ForwarderDriver driver, WorkerGroupOptions options)
    {
        _workers = new WorkerGroup(driver.Snapshots, options);
        _ports = new PortSet(_workers);
        driver.Watch(_workers.Workers);
        driver.Trace(_workers);
        driver.Attach(_ports);
        _workers.Start();
        _ports.Start(() => EngineWarmUp.Run());
    }

    /// <summary>Ends when a worker fails, with which and why.</summary>
    public Task<WorkerFailure> Failure => _workers.Failure;

    /// <summary>Closes the ports and stops the workers. After the last state has been published.</summary>
    public void Dispose()
    {
        _ports.Dispose();
        _workers.Dispose();
    }
}
