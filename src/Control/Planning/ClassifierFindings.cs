using NetworkingSfc.Control.FlowClassifiers;
using NetworkingSfc.Control.Ports;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Planning;

/// <summary>Classifiers that overlap, hide each other or can never match, by exact algebra over their fields.</summary>
internal sealed class ClassifierFindings
{
    private readonly ResourceSet _set;
    private readonly PlannedRules _rules;
    private readonly List<PlanFinding> _findings = [];
    private readonly HashSet<(RuleKey Rule, RuleKey Earlier)> _reported = [];

    // Of each rule where frames enter: the places where it applies, and those where nothing is left for it.
    private readonly Dictionary<(Guid Classifier, bool IsReverse), List<Verdict>> _verdicts = [];

    private ClassifierFindings(ResourceSet set)
    {
        _set = set;
        _rules = new PlannedRules(set);
    }

    public static IEnumerable<PlanFinding> Of(ResourceSet set)
    {
        ClassifierFindings findings = new(set);
        findings.LookForUnused();
        findings.LookAtPorts();
        findings.Conclude();
        return findings._findings;
    }

    private void LookForUnused()
    {
        HashSet<Guid> used = [.. _set.PortChains.SelectMany(chain => chain.FlowClassifiers)];
        string[] unused = [.. _set.FlowClassifiers.Where(classifier => !used.Contains(classifier.Id)).Select(PlanText.Label)];
        if (unused.Length > 0)
        {
            _findings.Add(PlanFinding.Note("classifier_unused", $"In no chain, so they steer nothing: {PlanText.List(unused)}."));
        }
    }

    private void LookAtPorts()
    {
        // What the rules for any port do among themselves is the same at every port; worked out once.
        List<List<PlannedRule>> earlierUnnamed = [.. _rules.Unnamed.Select((rule, index) => Overlapping(rule, _rules.Unnamed.Take(index)))];
        HashSet<Guid> special = [.. _rules.Ports];
        if (_set.Ports.Any(port => !_rules.OfPairs.Contains(port.Id) && !special.Contains(port.Id)))
        {
            for (int index = 0; index < _rules.Unnamed.Count; index++)
            {
                Judge(_rules.Unnamed[index], earlierUnnamed[index], "any port without classifiers of its own");
            }
        }

        foreach (Port port in _set.Ports.Where(port => special.Contains(port.Id)))
        {
            List<PlannedRule> own = _rules.Own(port.Id);
            string place = $"port {PlanText.Label(port)}";
            for (int index = 0; index < own.Count; index++)
            {
                Judge(own[index], Overlapping(own[index], own.Take(index)), place);
            }

            if (!_rules.OfPairs.Contains(port.Id))
            {
                for (int index = 0; index < _rules.Unnamed.Count; index++)
                {
                    Judge(_rules.Unnamed[index], [.. Overlapping(_rules.Unnamed[index], own), .. earlierUnnamed[index]], place);
                }
            }
        }
    }

    private static List<PlannedRule> Overlapping(PlannedRule rule, IEnumerable<PlannedRule> others) =>
        [.. others.Where(other => other.Region.Overlaps(rule.Region))];

    private void Judge(PlannedRule rule, List<PlannedRule> earlier, string place)
    {
        bool? nothingLeft = RegionCover.Find(rule.Region, [.. FlowRegion.Dhcp, .. earlier.Select(other => other.Region)]);
        if (rule.HopsDone == 0)
        {
            Verdicts(rule).Add(new Verdict(rule, earlier, place, nothingLeft));
        }

        foreach (PlannedRule other in earlier.Where(other => !other.LeadsWhere(rule)))
        {
            if (rule.HopsDone > 0 || other.HopsDone > 0)
            {
                ReportReturn(rule, other, place);
            }
            else if (nothingLeft != true && _reported.Add((rule.Key, other.Key)))
            {
                _findings.Add(PlanFinding.Warning("classifiers_overlap",
                    $"{Sentence(rule.Spoken)} and {other.Spoken} match some of the same packets from {place}; {other.Spoken} takes them."));
            }
        }
    }

    private void ReportReturn(PlannedRule rule, PlannedRule other, string place)
    {
        // One sentence for each place and pair of hops, however many classifiers the chains have.
        if (!_reported.Add((rule.Place, other.Place)))
        {
            return;
        }

        bool ownWayBack = rule.Chain.Id == other.Chain.Id && rule.IsReverse != other.IsReverse && rule.HopsDone > 0 && other.HopsDone > 0;
        _findings.Add(ownWayBack
            ? PlanFinding.Warning("direction_guessed",
                $"Frames from {place} match chain {PlanText.Label(rule.Chain)} in both directions. The direction in which a flow was last sent "
                + "to the function is assumed; a function with two ports would leave no doubt.")
            : PlanFinding.Warning("return_ambiguous",
                $"Frames from {place} may be {Where(rule)} or {Where(other)}, and their classifiers do not tell which: the latter is assumed, "
                + "so some frames skip hops. Functions with ports of their own would leave no doubt."));
    }

    private static string Where(PlannedRule rule)
    {
        string path = $"{(rule.IsReverse ? "the way back of " : "")}chain {PlanText.Label(rule.Chain)}";
        return rule.HopsDone == 0 ? $"at the start of {path}" : $"behind hop {rule.HopsDone} of {path}";
    }

    private void Conclude()
    {
        foreach (List<Verdict> verdicts in _verdicts.Values)
        {
            PlannedRule rule = verdicts[0].Rule;
            Verdict[] hidden = [.. verdicts.Where(verdict => verdict.NothingLeft == true)];
            if (verdicts.Any(verdict => verdict.NothingLeft is null))
            {
                _findings.Add(PlanFinding.Note("match_undecided",
                    $"Whether anything is left for {rule.Spoken} was not decided: too many classifiers that come before it overlap it."));
            }
            else if (hidden.Length == verdicts.Count)
            {
                Hidden(rule, [.. hidden.SelectMany(verdict => verdict.Earlier).DistinctBy(other => other.Key)], "can never match");
            }
            else if (hidden.Length > 0)
            {
                Hidden(rule, [.. hidden.SelectMany(verdict => verdict.Earlier).DistinctBy(other => other.Key)],
                    $"matches nothing from {PlanText.List(hidden.Select(verdict => verdict.Place))}");
            }
        }

        HashSet<Guid> judged = [.. _verdicts.Keys.Where(key => !key.IsReverse).Select(key => key.Classifier)];
        foreach (PlannedRule rule in _rules.Unnamed.Where(rule => !judged.Contains(rule.Classifier.Id)))
        {
            _findings.Add(PlanFinding.Warning("classifier_never_matches",
                $"{Sentence(rule.Spoken)} can never match: it has no logical source port, and every port is one of a port pair, where it does not apply."));
        }
    }

    private void Hidden(PlannedRule rule, IReadOnlyList<PlannedRule> earlier, string what)
    {
        if (earlier.Count == 0)
        {
            _findings.Add(PlanFinding.Warning("classifier_never_matches", $"{Sentence(rule.Spoken)} {what}: it names DHCP only, which never enters a chain."));
            return;
        }

        string by = PlanText.List(earlier.Select(other => other.Spoken));
        _findings.Add(earlier.All(other => other.LeadsWhere(rule))
            ? PlanFinding.Note("classifier_redundant", $"{Sentence(rule.Spoken)} adds nothing: all it matches is matched by {by}.")
            : PlanFinding.Warning("classifier_never_matches", $"{Sentence(rule.Spoken)} {what}: all it could match is taken by {by}."));
    }

    private List<Verdict> Verdicts(PlannedRule rule)
    {
        (Guid, bool) key = (rule.Classifier.Id, rule.IsReverse);
        if (!_verdicts.TryGetValue(key, out List<Verdict>? verdicts))
        {
            _verdicts.Add(key, verdicts = []);
        }

        return verdicts;
    }

    private static string Sentence(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private sealed record Verdict(PlannedRule Rule, List<PlannedRule> Earlier, string Place, bool? NothingLeft);
}
