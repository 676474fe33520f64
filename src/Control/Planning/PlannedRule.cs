using NetworkingSfc.Control.FlowClassifiers;
using NetworkingSfc.Control.PortChains;

namespace NetworkingSfc.Control.Planning;

/// <summary>One rule that applies to the frames of a port.</summary>
/// <param name="Region">What it matches.</param>
/// <param name="Classifier">The classifier it is made of.</param>
/// <param name="Chain">The chain of the classifier.</param>
/// <param name="IsReverse">Whether it is of the way back.</param>
/// <param name="HopsDone">Hops behind the frames; 0 where they enter the chain.</param>
internal sealed record PlannedRule(FlowRegion Region, FlowClassifier Classifier, PortChain Chain, bool IsReverse, int HopsDone)
{
    /// <summary>What tells it from other rules.</summary>
    public RuleKey Key => new(Chain.Id, IsReverse, HopsDone, Classifier.Id);

    /// <summary>Where it leads, whatever its classifier.</summary>
    public RuleKey Place => Key with { Classifier = Guid.Empty };

    /// <summary>True when both lead to the same place, so that it does not matter which of them a frame meets.</summary>
    /// <param name="other">The other rule.</param>
    public bool LeadsWhere(PlannedRule other) => Place == other.Place;

    /// <summary>The rule in a sentence.</summary>
    public string Spoken =>
        $"{(IsReverse ? "the way back of " : "")}classifier {PlanText.Label(Classifier)} (chain {PlanText.Label(Chain)})";
}

/// <summary>What tells rules apart.</summary>
/// <param name="Chain">Id of the chain.</param>
/// <param name="IsReverse">Whether it is of the way back.</param>
/// <param name="HopsDone">Hops behind the frames.</param>
/// <param name="Classifier">Id of the classifier; empty to name the place that the rules of all classifiers lead to.</param>
internal readonly record struct RuleKey(Guid Chain, bool IsReverse, int HopsDone, Guid Classifier);
