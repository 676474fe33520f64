using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Store;

/// <summary>Desired state at rest. Called by the control loop only, one call at a time.</summary>
public interface IStateStore
{
    /// <summary>The set saved last; <see cref="ResourceSet.Empty"/> when there is none.</summary>
    ResourceSet Load();

    /// <summary>Makes the next set durable before it is answered. Returns why that is impossible (503), or null; then nothing was changed.</summary>
    /// <param name="previous">The set saved last.</param>
    /// <param name="successor">The set to save.</param>
    ValueTask<ApiProblem?> SaveAsync(ResourceSet previous, ResourceSet successor);
}
