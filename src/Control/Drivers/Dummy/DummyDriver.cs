using NetworkingSfc.Control.Compilation;

namespace NetworkingSfc.Control.Drivers.Dummy;

/// <summary>Takes every state and does nothing with it, as networking-sfc's driver of that name: for trying out the API alone.</summary>
public sealed class DummyDriver : IStateDriver
{
    private DriverReport _report = new("dummy", 0, Applied: null);

    /// <inheritdoc/>
    public string Name => _report.Driver;

    /// <inheritdoc/>
    public DriverReport Report => Volatile.Read(ref _report);

    /// <inheritdoc/>
    public object? Prepare(CompiledState candidate) => null;

    /// <inheritdoc/>
    public void Publish(CompiledState current, object? prepared) =>
        Volatile.Write(ref _report, _report with { Wanted = current.Resources.Revision, Applied = current.Resources.Revision });
}
