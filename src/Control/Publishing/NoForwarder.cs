using System.Collections.Immutable;

namespace NetworkingSfc.Control.Publishing;

/// <summary>Nothing is published to, so nothing is behind.</summary>
internal sealed class NoForwarder : IForwarderProgress
{
    /// <inheritdoc/>
    public ImmutableArray<ulong> Adopted => [];
}
