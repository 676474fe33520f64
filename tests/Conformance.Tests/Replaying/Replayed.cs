using NetworkingSfc.Sfc.Replay;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Conformance.Tests.Replaying;

/// <summary>One run of <c>sfc replay --json</c> in this process, from files to files.</summary>
internal sealed class Replayed
{
    private readonly ReplayCounts? _counts;
    private readonly OutputCapture? _output;

    private Replayed(int status, string text, string error, byte[]? outputBytes, OutputCapture? output)
    {
        Status = status;
        Text = text;
        Error = error;
        OutputBytes = outputBytes;
        _output = output;
        _counts = status == 0 ? new ReplayCounts(text) : null;
    }

    /// <summary>Exit status.</summary>
    public int Status { get; }

    /// <summary>What was printed on standard output.</summary>
    public string Text { get; }

    /// <summary>What was printed on standard error.</summary>
    public string Error { get; }

    /// <summary>The output capture, byte for byte; null when there is none.</summary>
    public byte[]? OutputBytes { get; }

    /// <summary>The printed counts of a run that went well.</summary>
    public ReplayCounts Counts => _counts ?? throw new PacketMismatchException($"Exit status {Status}: {Error}");

    /// <summary>The output of a run that went well.</summary>
    public OutputCapture Output => _output ?? throw new PacketMismatchException($"Exit status {Status}: {Error}");

    /// <summary>Replays frames that enter at one port.</summary>
    public static Replayed Run(Lab lab, string port, params PacketBuilder[] frames) =>
        Run(lab, [InputFile.Of(port, [.. frames.Select(frame => frame.Build())])]);

    /// <summary>Replays inputs. The sum law must hold and every input must be found in the output, whatever else a test looks at.</summary>
    public static Replayed Run(Lab lab, IReadOnlyList<InputFile> inputs, int workers = 1)
    {
        using WorkFolder folder = new();
        List<string> arguments = [];
        for (int i = 0; i < inputs.Count; i++)
        {
            string path = folder[$"input{i}.pcap"];
            inputs[i].WriteTo(path, asPcapNg: i % 2 == 1);
            arguments.Add($"{inputs[i].Port}={path}");
        }

        string output = folder["output.pcapng"];
        using StringWriter text = new();
        using StringWriter error = new();
        int status = ReplayCommand.Run(folder.Write("state.json", lab.Json), arguments, output, json: true, workers, text, error);
        Replayed replayed = new(
            status, text.ToString(), error.ToString(),
            File.Exists(output) ? File.ReadAllBytes(output) : null,
            status == 0 ? OutputCapture.Read(output) : null);
        if (status == 0 && replayed.Counts.SumLawDifference != 0)
        {
            throw new PacketMismatchException($"The printed counts break the sum law by {replayed.Counts.SumLawDifference}:\n{text}");
        }

        return replayed;
    }

    /// <summary>Fails unless these crossings and no others were recorded.</summary>
    public Replayed Crosses(string description, params IReadOnlyList<Crossing> expected)
    {
        Crossing.AssertSame(expected, Output.Crossings, description);
        return this;
    }

    /// <summary>Fails unless exactly these drops were counted, written as <see cref="ReplayCounts.Dropped"/> does.</summary>
    public Replayed Drops(string expected)
    {
        if (Counts.Dropped != expected)
        {
            throw new PacketMismatchException($"Expected the drops '{expected}', was '{Counts.Dropped}'.");
        }

        return this;
    }
}
