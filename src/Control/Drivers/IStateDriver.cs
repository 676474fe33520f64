using NetworkingSfc.Control.Compilation;

namespace NetworkingSfc.Control.Drivers;

/// <summary>
/// Renders accepted state somewhere: one of several in a deployment, as networking-sfc's drivers are. Called by the control
/// loop only, one call at a time; <see cref="Report"/> by any thread at any time.
/// </summary>
public interface IStateDriver
{
    /// <summary>The name that deployments choose it by.</summary>
    string Name { get; }

    /// <summary>How far it is.</summary>
    DriverReport Report { get; }

    /// <summary>Before a change is saved: all the work that must not fail afterwards. Nothing that is published is changed.</summary>
    /// <param name="candidate">The state that would become current.</param>
    /// <returns>What <see cref="Publish"/> needs of it, or null.</returns>
    object? Prepare(CompiledState candidate);

    /// <summary>After the change was saved: the state is current. Must not block: changes wait for it.</summary>
    /// <param name="current">The state.</param>
    /// <param name="prepared">What <see cref="Prepare"/> made of it.</param>
    void Publish(CompiledState current, object? prepared);
}
