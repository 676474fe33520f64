using NetworkingSfc.Control.FlowClassifiers;
using NetworkingSfc.Control.PortPairGroups;

namespace NetworkingSfc.Control.Compilation;

/// <summary>
/// What a chain's classifiers must look for at each point of its two paths. Behind a mapped hop packets have its egress
/// values, which later hops inherit until another mapping replaces them; on the way back they have those values until they
/// have passed the hop, and its ingress values afterwards.
/// </summary>
internal sealed class NTupleMappings
{
    private readonly (NTuple? Ingress, NTuple? Egress)[] _sides;
    private readonly string[] _texts;
    private readonly bool _isEmpty;

    /// <summary>Reads the mappings of a chain's groups.</summary>
    /// <param name="groups">The groups in forward order.</param>
    public NTupleMappings(IReadOnlyList<PortPairGroup> groups)
    {
        _texts = [.. groups.Select(group => group.Parameters.NTupleMappingJson)];
        _sides = [.. _texts.Select(NTuple.Read)];
        _isEmpty = _sides.All(side => side is (null, null));
    }

    /// <summary>Whether other mappings do the same to every classifier.</summary>
    /// <param name="other">The other ones.</param>
    public bool IsSameAs(NTupleMappings other) => _texts.AsSpan().SequenceEqual(other._texts);

    /// <summary>The classifier as it must be at one point.</summary>
    /// <param name="classifier">A classifier of the chain, not yet reversed.</param>
    /// <param name="isReverse">Which path.</param>
    /// <param name="hopsDone">Hops of that path behind the packet.</param>
    public FlowClassifier At(FlowClassifier classifier, bool isReverse, int hopsDone)
    {
        if (_isEmpty)
        {
            return classifier;
        }

        int before = isReverse ? _sides.Length - hopsDone : hopsDone;
        NTuple? inEffect = _sides.Take(before).Select(side => side.Egress).LastOrDefault(side => side is not null);
        if (inEffect is null && isReverse)
        {
            inEffect = _sides.Skip(before).Select(side => side.Ingress).FirstOrDefault(side => side is not null);
        }

        return inEffect?.Over(classifier) ?? classifier;
    }
}
