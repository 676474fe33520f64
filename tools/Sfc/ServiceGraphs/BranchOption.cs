using System.CommandLine;
using System.Text.Json.Nodes;
using NetworkingSfc.Sfc.Client;
using NetworkingSfc.Sfc.Resources;

namespace NetworkingSfc.Sfc.ServiceGraphs;

/// <summary>Branching points as the stock client takes them: <c>CHAIN:CHAIN,CHAIN</c>.</summary>
internal sealed class BranchOption : AttributeOption
{
    private const string Name = "--branch";

    private readonly Option<string[]> _option = ValueOption.New<string[]>(
        Name, "A chain, and after a colon the chains that go on from its end. May be repeated.", "CHAIN:CHAIN,...", required: true);

    public BranchOption() => _option.Validators.Add(result =>
    {
        if (result.Tokens.Select(token => token.Value).FirstOrDefault(text => text.Split(':').Length != 2) is { } text)
        {
            result.AddError($"{Name} '{text}' is not a branching point. Accepted is CHAIN:CHAIN, or CHAIN:CHAIN,CHAIN for several.");
        }
    });

    /// <inheritdoc/>
    public override IReadOnlyList<Option> Options => [_option];

    /// <inheritdoc/>
    public override async Task FillAsync(BodyFilling filling)
    {
        JsonObject branches = [];
        foreach (string[] ends in filling.Arguments.GetRequiredValue(_option).Select(text => text.Split(':')))
        {
            string source = await filling.Names.FindIdAsync(Noun.Chain, ends[0]);
            JsonArray destinations = await ValueOption.IdsAsync(Noun.Chain, ends[1].Split(','), filling);
            if (!branches.TryAdd(source, destinations))
            {
                throw new CommandFailure($"{Name} names the chain '{ends[0]}' twice before the colon. Accepted is each once, with all its destinations.");
            }
        }

        filling.Put("port_chains", branches);
    }
}
