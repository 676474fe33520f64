using System.Collections.Immutable;

namespace NetworkingSfc.Control.Publishing;

/// <summary>How far a forwarder is with what was published to it. Asked by any thread at any time.</summary>
public interface IForwarderProgress
{
    /// <summary>The generation that each worker uses, in the order of the workers; empty when none is attached, and while the forwarder is away.</summary>
    ImmutableArray<ulong> Adopted { get; }
}
