using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.FlowClassifiers;

/// <summary>
/// Finds the classifiers that may overlap another without looking at all of them. Of the two prefixes the one that leaves
/// fewer candidates decides; classifiers that differ in neither are looked through one by one.
/// </summary>
internal sealed class OverlapIndex : IResourceIndex<FlowClassifier>
{
    private readonly PrefixOrder _sources;
    private readonly PrefixOrder _destinations;

    private OverlapIndex(PrefixOrder sources, PrefixOrder destinations)
    {
        _sources = sources;
        _destinations = destinations;
    }

    /// <summary>An index without classifiers.</summary>
    public static OverlapIndex Empty { get; } = new(
        PrefixOrder.By(classifier => classifier.SourceIpPrefix), PrefixOrder.By(classifier => classifier.DestinationIpPrefix));

    /// <summary>The classifiers of a collection whose packets may be those of another, in creation order.</summary>
    public static List<FlowClassifier> Overlapping(ResourceCollection<FlowClassifier> all, FlowClassifier classifier) =>
        ((OverlapIndex)all.Index!).Find(all, classifier);

    /// <inheritdoc/>
    public IResourceIndex<FlowClassifier> With(FlowClassifier resource, long place) =>
        new OverlapIndex(_sources.With(resource, place), _destinations.With(resource, place));

    /// <inheritdoc/>
    public IResourceIndex<FlowClassifier> Without(FlowClassifier resource, long place) =>
        new OverlapIndex(_sources.Without(resource, place), _destinations.Without(resource, place));

    private List<FlowClassifier> Find(ResourceCollection<FlowClassifier> all, FlowClassifier classifier)
    {
        List<Range> sources = _sources.Overlapping(classifier);
        List<Range> destinations = _destinations.Overlapping(classifier);
        bool bySource = CountOf(sources) <= CountOf(destinations);
        PrefixOrder order = bySource ? _sources : _destinations;
        List<(long Place, FlowClassifier Found)> overlapping = [];
        foreach (Range run in bySource ? sources : destinations)
        {
            for (int position = run.Start.Value; position < run.End.Value; position++)
            {
                PrefixOrder.Entry entry = order[position];
                FlowClassifier candidate = all[entry.Id];
                if (classifier.OverlapsIgnoringPorts(candidate))
                {
                    overlapping.Add((entry.Place, candidate));
                }
            }
        }

        overlapping.Sort((one, other) => one.Place.CompareTo(other.Place));
        return overlapping.ConvertAll(pair => pair.Found);
    }

    private static int CountOf(List<Range> runs) => runs.Sum(run => run.End.Value - run.Start.Value);
}
