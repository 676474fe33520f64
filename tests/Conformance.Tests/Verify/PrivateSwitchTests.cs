using System.Diagnostics;
using NetworkingSfc.Conformance.Tests.Chains;
using NetworkingSfc.Sfc.Client;
using NetworkingSfc.Sfc.Verify;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Verify;

/// <summary>The switch that verify compares with: it is there, does what its flows say, and leaves nothing behind.</summary>
public sealed class PrivateSwitchTests
{
    private static readonly SwitchPort _one = new("p1", 101);
    private static readonly SwitchPort _two = new("p2", 102);
    private static readonly SwitchPort _three = new("p3", 65_000);

    [Fact]
    public void Every_frame_comes_out_before_the_next_goes_in()
    {
        OpenVswitch.Require();
        using PrivateSwitch open = PrivateSwitch.Start();
        open.AddBridge("br-int", [_one, _two, _three]);
        open.OpenFlow("br-int", "add-flow", "in_port=101,tcp,actions=output:102,mod_dl_dst:02:00:00:00:00:99,output:65000");
        open.OpenFlow("br-int", "add-flow", "in_port=102,actions=IN_PORT");
        using SwitchPorts ports = new(open, [_one, _two, _three]);
        for (int frame = 0; frame < 500; frame++)
        {
            // A port number never seen before takes the slow path.
            byte[] tcp = ChainFrames.Web(sourcePort: (ushort)(frame % 2 == 0 ? 1 : frame)).Payload(frame * 2).Build();
            byte[] other = ChainFrames.Web().To("02:00:00:00:00:99").Build();
            Assert.Equal([(_two, Convert.ToHexString(tcp)), (_three, "020000000099" + Convert.ToHexString(tcp)[12..])], Sent(ports.Receive(_one, tcp)));
            Assert.Empty(ports.Receive(_one, ChainFrames.Link().Ipv4("10.0.0.1", "10.0.0.2").Icmp().Build()));
            Assert.Empty(ports.Receive(_three, tcp));
            Assert.Equal([(_two, Convert.ToHexString(other))], Sent(ports.Receive(_two, other)));
        }
    }

    [Fact]
    public void A_frame_of_any_length_goes_through_whole()
    {
        OpenVswitch.Require();
        using PrivateSwitch open = PrivateSwitch.Start();
        open.AddBridge("br-int", [_one, _two]);
        open.OpenFlow("br-int", "add-flow", "in_port=101,actions=output:102");
        using SwitchPorts ports = new(open, [_one, _two]);
        foreach (int length in new[] { 14, 15, 59, 60, 1_514, 1_515, 9_000, 65_535 })
        {
            byte[] frame = new byte[length];
            new Random(length).NextBytes(frame);
            frame[0] = 2;
            Assert.Equal([(_two, Convert.ToHexString(frame))], Sent(ports.Receive(_one, frame)));
        }
    }

    [Fact]
    public void Bridges_come_and_go_and_nothing_stays_behind()
    {
        OpenVswitch.Require();
        string folder;
        using (PrivateSwitch open = PrivateSwitch.Start())
        {
            folder = open.Folder;
            for (int turn = 0; turn < 3; turn++)
            {
                open.AddBridge("br-int", [_one, _two]);
                open.OpenFlow("br-int", "add-flow", "in_port=101,actions=output:102");
                using (SwitchPorts ports = new(open, [_one, _two]))
                {
                    byte[] frame = ChainFrames.Web().Build();
                    Assert.Equal([(_two, Convert.ToHexString(frame))], Sent(ports.Receive(_one, frame)));
                }

                open.RemoveBridge("br-int");
            }
        }

        Assert.False(Directory.Exists(folder));
        Assert.DoesNotContain(Process.GetProcesses(), process => CommandLine(process).Contains(folder, StringComparison.Ordinal));
    }

    [Fact]
    public void What_Open_vSwitch_refuses_is_said_in_its_words()
    {
        OpenVswitch.Require();
        using PrivateSwitch open = PrivateSwitch.Start();
        open.AddBridge("br-int", [_one]);
        CommandFailure flow = Assert.Throws<CommandFailure>(() => open.OpenFlow("br-int", "add-flow", "mpls,actions=set_mpls_label:1048576"));
        Assert.Contains("1048576", flow.Message, StringComparison.Ordinal);
        using SwitchPorts ports = new(open, [_one]);
        Assert.Contains("syntax error", Assert.Throws<CommandFailure>(() => ports.Receive(_one, new byte[13])).Message, StringComparison.Ordinal);
    }

    private static IEnumerable<(SwitchPort, string)> Sent(IEnumerable<SentFrame> frames) => frames.Select(sent => (sent.Port, Convert.ToHexString(sent.Frame)));

    private static string CommandLine(Process process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process.Id}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }
}
