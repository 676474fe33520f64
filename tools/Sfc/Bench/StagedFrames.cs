using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Sfc.Client;
using NetworkingSfc.Sfc.Replay;
using NetworkingSfc.Sfc.Verify;

namespace NetworkingSfc.Sfc.Bench;

/// <summary>The frames that a stage begins with: those of the captures, or what the functions of the state make of them.</summary>
internal static class StagedFrames
{
    /// <summary>Finds them.</summary>
    /// <param name="setup">The state and its captures.</param>
    /// <param name="stage">The stage.</param>
    /// <returns>Frames by port; one port at least.</returns>
    /// <exception cref="CommandFailure">A capture cannot be read, or no frame gets to the stage.</exception>
    public static IReadOnlyList<HeldFrames> Of(ReplaySetup setup, PipelineStage stage)
    {
        SortedDictionary<int, List<byte[]>> byPort = [];
        using EngineRun engine = new(setup);
        foreach ((Guid port, string path) in setup.Captures)
        {
            using ReplayInput input = Open(setup.Compiled.Numbers.Ports[port], path);
            while (input.HasPacket)
            {
                Collect(engine.Take(input).Step, isFirst: true, stage, byPort);
            }

            if (input.Error is { } wrong)
            {
                throw new CommandFailure($"{path}: {wrong}.");
            }
        }

        return byPort.Count > 0 ? [.. byPort.Select(port => new HeldFrames(port.Key, port.Value))]
            : throw new CommandFailure(stage == PipelineStage.Enter
                ? "The captures are empty; accepted are captures with at least one frame."
                : $"No frame gets to the stage {stage.ToString().ToLowerInvariant()}: it begins at functions with a correlation, those of the state that say \"aware\".");
    }

    private static ReplayInput Open(int port, string path)
    {
        try
        {
            return ReplayInput.Open(port, path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure($"The capture '{path}' cannot be read: {failure.Message}");
        }
    }

    private static void Collect(EngineStep step, bool isFirst, PipelineStage stage, SortedDictionary<int, List<byte[]>> byPort)
    {
        PipelineStage? own = isFirst ? PipelineStage.Enter
            : !Carries(step.Frame) ? null
            : step.Sent.Exists(sent => Carries(sent.Frame)) ? PipelineStage.Transit : PipelineStage.Remove;
        if (own == stage)
        {
            if (!byPort.TryGetValue(step.Port, out List<byte[]>? frames))
            {
                byPort.Add(step.Port, frames = []);
            }

            frames.Add(step.Frame);
        }

        foreach (EngineOutput sent in step.Sent)
        {
            if (sent.Returned is { } returned)
            {
                Collect(returned, isFirst: false, stage, byPort);
            }
        }
    }

    private static bool Carries(byte[] frame)
    {
        PacketParser.Parse(frame, FrameStart.Ethernet, out PacketHeaders headers);
        return headers.IsNsh || headers.MplsDepth > 0;
    }
}
