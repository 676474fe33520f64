using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Control.Drivers.OpenVswitch;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Sfc.Replay;
using NetworkingSfc.Sfc.Verify;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Conformance.Tests.Verify;

/// <summary>One comparison of our engine with the switch of the tests.</summary>
internal static class Verified
{
    /// <summary>Compares on a state and inputs.</summary>
    /// <param name="open">The switch, without a bridge.</param>
    /// <param name="lab">The state.</param>
    /// <param name="dialect">Whose flows.</param>
    /// <param name="inputs">What comes in.</param>
    /// <param name="spoil">What a test does to the bridge before the first frame.</param>
    public static VerifyReport Run(PrivateSwitch open, Lab lab, FlowDialect dialect, IReadOnlyList<InputFile> inputs, Action<PrivateSwitch>? spoil = null)
    {
        using WorkFolder folder = new();
        List<string> arguments = [];
        for (int i = 0; i < inputs.Count; i++)
        {
            inputs[i].WriteTo(folder[$"{i}.pcap"]);
            arguments.Add($"{inputs[i].Port}={folder[$"{i}.pcap"]}");
        }

        return Run(open, folder.Write("state.json", lab.Json), dialect, arguments, spoil);
    }

    /// <summary>Compares on files.</summary>
    public static VerifyReport Run(PrivateSwitch open, string state, FlowDialect dialect, IReadOnlyList<string> inputs, Action<PrivateSwitch>? spoil = null)
    {
        ReplaySetup setup = ReplaySetup.Prepare(state, inputs, mayLearn: false, EmptyGroupAction.Drop, out IReadOnlyList<string> problems) ?? throw new PacketMismatchException(string.Join('\n', problems));
        using VerifyBridge bridge = VerifyBridge.Open(open, setup.Compiled, dialect);
        spoil?.Invoke(open);
        VerifyReport report = VerifyCommand.Compare(bridge, setup, dialect);
        setup.Snapshot.Retire(newer: null);
        return report;
    }

    /// <summary>Fails when a difference is left that no row of the table explains.</summary>
    public static void AssertKnown(VerifyReport report, string description)
    {
        if (report.Unknown.Any())
        {
            using StringWriter text = new();
            VerifyPrinter.Print(text, report, json: false);
            throw new PacketMismatchException($"{description}:\n{text}");
        }
    }
}
