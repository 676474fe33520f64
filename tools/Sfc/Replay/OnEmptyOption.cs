using System.CommandLine;
using NetworkingSfc.Control.PortPairGroups;

namespace NetworkingSfc.Sfc.Replay;

/// <summary><c>--on-empty</c> of the commands that play a state: what <c>sfc up</c> takes under the same name.</summary>
internal static class OnEmptyOption
{
    /// <summary>The option for a command.</summary>
    public static Option<string> Create()
    {
        Option<string> option = new("--on-empty")
        {
            Description = "What happens to packets while no member has weight, at groups that say nothing of it: drop, skip the group, or leave the chain.",
            DefaultValueFactory = _ => EmptyGroupActions.Word(EmptyGroupAction.Drop),
        };
        option.AcceptOnlyFromAmong([.. EmptyGroupActions.Words]);
        return option;
    }

    /// <summary>What was asked for.</summary>
    /// <param name="option">The option.</param>
    /// <param name="arguments">The command line; checked.</param>
    public static EmptyGroupAction ValueOf(Option<string> option, ParseResult arguments) => EmptyGroupActions.Find(arguments.GetRequiredValue(option))!.Value;
}
