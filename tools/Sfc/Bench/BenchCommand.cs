using System.CommandLine;

namespace NetworkingSfc.Sfc.Bench;

/// <summary><c>sfc bench</c>: how fast is it here?</summary>
internal static class BenchCommand
{
    /// <summary>The command for the command line.</summary>
    public static Command Create() => new("bench", "Measure the forwarder on this machine.") { PipelineCommand.Create() };
}
