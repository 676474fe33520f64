using System.CommandLine;

namespace NetworkingSfc.Sfc.Resources;

/// <summary>What the options of one attribute put into the body of a create or an update.</summary>
internal abstract class AttributeOption
{
    /// <summary>The options.</summary>
    public abstract IReadOnlyList<Option> Options { get; }

    /// <summary>Whether the command line has one of the options.</summary>
    /// <param name="arguments">The command line.</param>
    public bool IsGiven(ParseResult arguments) => Options.Any(option => arguments.GetResult(option) is { Implicit: false });

    /// <summary>Fills the attribute; called only when it is given.</summary>
    /// <param name="filling">What is filled, and from what.</param>
    public abstract Task FillAsync(BodyFilling filling);
}
