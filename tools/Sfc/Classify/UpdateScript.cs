using System.Collections.Immutable;
using NetworkingSfc.Classifier;

namespace NetworkingSfc.Sfc.Classify;

/// <summary>
/// Single changes and lookups in one order. At first only the rules with an even index are installed; every lookup has to
/// see all changes before it.
/// </summary>
internal sealed class UpdateScript
{
    private const string LineFormat = "'A INDEX', 'D INDEX' or 'Q SOURCE DESTINATION SOURCE-PORT DESTINATION-PORT PROTOCOL EXPECTED', TAB separated,";

    private readonly ImmutableArray<FlowRule> _rules;

    /// <summary>Makes a script.</summary>
    /// <param name="rules">All rules that it may install.</param>
    /// <param name="steps">What is done, in order.</param>
    public UpdateScript(ImmutableArray<FlowRule> rules, ImmutableArray<UpdateStep> steps) => (_rules, Steps) = (rules, steps);

    /// <summary>What is done, in order.</summary>
    public ImmutableArray<UpdateStep> Steps { get; }

    /// <summary>The rules installed before the first step.</summary>
    public RuleSet Start => new(Enumerable.Range(0, _rules.Length).Where(IsInstalledAtFirst).Select(Ranked));

    /// <summary>Reads a script.</summary>
    /// <param name="path">Its path, perhaps compressed with gzip.</param>
    /// <param name="rules">All rules that it may install.</param>
    /// <exception cref="Client.CommandFailure">The file cannot be read or a line is wrong.</exception>
    public static UpdateScript Read(string path, ImmutableArray<FlowRule> rules)
    {
        ImmutableArray<UpdateStep>.Builder steps = ImmutableArray.CreateBuilder<UpdateStep>();
        bool[] installed = [.. Enumerable.Range(0, rules.Length).Select(IsInstalledAtFirst)];
        FieldReader lines = new(path, LineFormat);
        while (lines.NextLine())
        {
            ReadOnlySpan<byte> operation = lines.Field("the operation");
            steps.Add(operation switch
            {
                [(byte)'A'] => new UpdateStep(UpdateStepKind.Add, ReadIndex(ref lines, installed, install: true), default),
                [(byte)'D'] => new UpdateStep(UpdateStepKind.Delete, ReadIndex(ref lines, installed, install: false), default),
                [(byte)'Q'] => new UpdateStep(UpdateStepKind.Query, 0, TraceFile.ReadPacket(ref lines)),
                _ => throw lines.Wrong("operation", operation, "A, D or Q"),
            });
        }

        return new UpdateScript(rules, steps.ToImmutable());
    }

    /// <summary>The change of a step that is no lookup.</summary>
    /// <param name="step">The step.</param>
    public RuleChange ChangeOf(in UpdateStep step) =>
        step.Kind == UpdateStepKind.Add ? RuleChange.Add(Ranked(step.Rule)) : RuleChange.Delete(step.Rule);

    private static bool IsInstalledAtFirst(int index) => index % 2 == 0;

    // The script's own sense is checked here, so that a wrong line is named instead of a refused change.
    private static int ReadIndex(ref FieldReader lines, bool[] installed, bool install)
    {
        int index = lines.Number("rule", 0, installed.Length - 1);
        if (installed[index] == install)
        {
            throw lines.Wrong($"rule {index} is {(install ? "installed already" : "not installed")}");
        }

        installed[index] = install;
        lines.EndLine();
        return index;
    }

    private RankedRule Ranked(int index) => new(index, (uint)index, _rules[index]);
}
