namespace NetworkingSfc.Control.Planning;

/// <summary>How much a finding matters.</summary>
public enum FindingSeverity
{
    /// <summary>A forwarder refuses the state.</summary>
    Error,

    /// <summary>Some packets will hardly go where somebody meant them to.</summary>
    Warning,

    /// <summary>Worth knowing.</summary>
    Note,
}

/// <summary>One thing that is worth knowing about a state before it is applied.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Code">Stable name of what was found, for programs.</param>
/// <param name="Message">What was found, about which objects, and what would be better.</param>
public sealed record PlanFinding(FindingSeverity Severity, string Code, string Message)
{
    internal static PlanFinding Error(string code, string message) => new(FindingSeverity.Error, code, message);

    internal static PlanFinding Warning(string code, string message) => new(FindingSeverity.Warning, code, message);

    internal static PlanFinding Note(string code, string message) => new(FindingSeverity.Note, code, message);
}
