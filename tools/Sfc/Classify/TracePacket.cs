using NetworkingSfc.Classifier;

namespace NetworkingSfc.Sfc.Classify;

/// <summary>One packet of a trace.</summary>
/// <param name="Key">Its fields.</param>
/// <param name="Expected">Id of the rule that wins, or <see cref="IFlowClassifier.NoMatch"/>.</param>
internal readonly record struct TracePacket(FlowKey Key, int Expected);
