using System.Collections.Immutable;

namespace NetworkingSfc.Control.Publishing;

/// <summary>How far a forwarder is with what was published to it, and what it shows of itself. Asked by any thread at any time.</summary>
public interface IForwarderProgress
{
    /// <summary>The generation that each worker uses, in the order of the workers; empty when none is attached, and while the forwarder is away.</summary>
    ImmutableArray<ulong> Adopted { get; }

    /// <summary>What can be seen of the forwarder; null while it is away.</summary>
    RunningForwarder? Running => null;

    /// <summary>Since when it is there, or away; null when that is not known, or there is none.</summary>
    DateTimeOffset? Since => null;
}
