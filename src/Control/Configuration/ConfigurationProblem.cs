namespace NetworkingSfc.Control.Configuration;

/// <summary>Something in the configuration file that cannot be used.</summary>
/// <param name="Line">Its line, from 1.</param>
/// <param name="Message">What is wrong and what is accepted.</param>
public sealed record ConfigurationProblem(int Line, string Message);
