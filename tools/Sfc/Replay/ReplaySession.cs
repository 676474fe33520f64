using System.Collections.Immutable;
using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.PortPairs;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.State;
using NetworkingSfc.Dataplane.Ports.PcapFile;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Workers;

namespace NetworkingSfc.Sfc.Replay;

/// <summary>One replay from inputs to report: compiled state, functions and captures put together.</summary>
internal static class ReplaySession
{
    /// <summary>Runs captures through a compiled state and writes every crossing of a port.</summary>
    /// <param name="state">What the snapshot was compiled from.</param>
    /// <param name="snapshots">The published snapshot.</param>
    /// <param name="functions">Function by port pair.</param>
    /// <param name="inputs">The captures with the ids of their ports.</param>
    /// <param name="outputPath">The pcapng to write.</param>
    /// <param name="workers">How many workers.</param>
    /// <param name="error">Where a sentence goes when something is wrong; nothing is written then.</param>
    /// <returns>The report, or null when something went wrong.</returns>
    public static ReplayReport? Run(
        CompiledState state, SnapshotCell snapshots, IReadOnlyDictionary<Guid, ServiceFunction> functions,
        IReadOnlyList<(Guid Port, string Path)> inputs, string outputPath, int workers, TextWriter error)
    {
        List<ReplayInput> opened = [];
        string asked = "";
        try
        {
            foreach ((Guid port, string path) in inputs)
            {
                asked = $"the capture '{path}' cannot be opened; accepted is a pcap or pcapng file that may be read";
                opened.Add(ReplayInput.Open(state.Numbers.Ports[port], path));
            }

            asked = $"the output '{outputPath}' cannot be written; accepted is a file in a folder that is there, or a device or pipe";
            return Run(state, snapshots, functions, opened, outputPath, workers, error);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"sfc replay: {asked}: {failure.Message}");
            return null;
        }
        finally
        {
            opened.ForEach(input => input.Dispose());
        }
    }

    private static ReplayReport? Run(
        CompiledState state, SnapshotCell snapshots, IReadOnlyDictionary<Guid, ServiceFunction> functions,
        List<ReplayInput> inputs, string outputPath, int workers, TextWriter error)
    {
        ImmutableArray<int> ports = [.. state.Resources.Ports.Select(port => state.Numbers.Ports[port.Id])];
        using ReplayEngine engine = new(snapshots, PlayedFunctions(state.Resources, functions), ports, workers);
        using OutputFile file = new(outputPath);
        using CaptureWriter output = CaptureWriter.Create(file.Stream, outputPath);
        foreach (string name in state.Resources.Ports.Select(port => port.Name))
        {
            output.AddInterface(name);
        }

        if (engine.Run(inputs, output) is string problem)
        {
            error.WriteLine($"sfc replay: {problem}");
            return null;
        }

        ReplayReport report = ReplayTally.Of(state, engine);
        if (report.SumLawDifference != 0)
        {
            error.WriteLine($"sfc replay: the sum law does not hold: received + generated - sent - dropped - held is {report.SumLawDifference}, must be 0.");
            return null;
        }

        // A forecast that left a copy out would be a wrong one.
        if (report.Dropped.TryGetValue(DropReasonCatalog.NameOf(DropReason.NoBuffer), out long lost))
        {
            error.WriteLine($"sfc replay: {lost} copies found no buffer: taps whose function returns what it gets multiply frames without end. Accepted for them is a function of kind tap.");
            return null;
        }

        if (engine.EndlessFrames > 0)
        {
            error.WriteLine($"sfc replay: {engine.EndlessFrames} frames were rewritten from chain to chain without end; their last function kept them.");
        }

        output.Dispose();
        file.Finish();
        return report;
    }

    /// <summary>What plays the function of each port pair, by the pair's UUID as a number.</summary>
    /// <param name="resources">The resources.</param>
    /// <param name="functions">Function by port pair.</param>
    public static IReadOnlyDictionary<UInt128, PlayedFunction> PlayedFunctions(ResourceSet resources, IReadOnlyDictionary<Guid, ServiceFunction> functions) =>
        resources.PortPairs.ToDictionary(pair => StableNumbers.StableId(pair.Id), pair => Played(pair, functions[pair.Id]));

    private static PlayedFunction Played(PortPair pair, ServiceFunction function)
    {
        bool isCorrelated = pair.Parameters.Correlation != Correlation.None;
        return function.Kind switch
        {
            FunctionKind.Forward => new PlayedFunction(Returns: true, LowersIndex: false, Rewrite: null),
            FunctionKind.Aware => new PlayedFunction(Returns: true, LowersIndex: true, Rewrite: null),
            FunctionKind.Rewrite => new PlayedFunction(Returns: true, isCorrelated, new PacketRewrite(
                Address(function.SourceIp), Address(function.DestinationIp), function.SourcePort, function.DestinationPort)),
            _ => new PlayedFunction(Returns: false, LowersIndex: false, Rewrite: null),
        };
    }

    private static RewriteAddress? Address(IpAddressValue? address) =>
        address is IpAddressValue given ? new RewriteAddress(given.Value, given.Family == IpFamily.IPv6) : null;
}
