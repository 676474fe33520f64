using NetworkingSfc.Conformance.Tests.Chains;
using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Sfc.Replay;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Refusals;

/// <summary>A replay that may go wrong: everything is right until a test spoils it.</summary>
internal sealed class Attempt : IDisposable
{
    private const string OldOutput = "what was there before";

    public Attempt()
    {
        StatePath = Folder.Write("state.json", Lab.Usual().Json);
        InputFile.Of("src", ChainFrames.Web().Build()).WriteTo(Folder["in.pcap"]);
        Inputs = ["src=" + Folder["in.pcap"]];
        Output = Folder.Write("out.pcapng", OldOutput);
    }

    public WorkFolder Folder { get; } = new();

    public string StatePath { get; set; }

    public string[] Inputs { get; set; }

    public string Output { get; set; }

    /// <summary>Runs it; both texts are kept.</summary>
    public (int Status, string Text, string Error) Run()
    {
        using StringWriter text = new();
        using StringWriter error = new();
        int status = ReplayCommand.Run(StatePath, Inputs, Output, json: true, workers: 2, text, error);
        return (status, text.ToString(), error.ToString());
    }

    /// <summary>Fails unless the replay is refused in sentences that contain all the parts, and nothing was written.</summary>
    public void AssertRefused(params string[] parts)
    {
        IReadOnlyList<string> before = Folder.Files;
        (int status, string text, string error) = Run();
        Assert.Equal(1, status);
        Assert.Equal("", text);
        Assert.All(parts, part => Assert.Contains(part, error, StringComparison.Ordinal));
        Assert.StartsWith("sfc replay: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.Matches("[Aa]ccept|has room for", error);
        Assert.Equal(before, Folder.Files);
        Assert.Equal(OldOutput, File.ReadAllText(Folder["out.pcapng"]));
    }

    /// <inheritdoc/>
    public void Dispose() => Folder.Dispose();
}
