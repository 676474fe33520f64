using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Store;

/// <summary>A store that forgets everything when the process ends.</summary>
/// <param name="initial">What is loaded at start.</param>
public sealed class MemoryStateStore(ResourceSet initial) : IStateStore
{
    private ResourceSet _saved = initial;

    /// <inheritdoc/>
    public ResourceSet Load() => _saved;

    /// <inheritdoc/>
    public ValueTask<ApiProblem?> SaveAsync(ResourceSet previous, ResourceSet successor)
    {
        _saved = successor;
        return ValueTask.FromResult<ApiProblem?>(null);
    }
}
