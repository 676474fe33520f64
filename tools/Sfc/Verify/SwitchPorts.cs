using NetworkingSfc.Dataplane.Ports.PcapFile;

namespace NetworkingSfc.Sfc.Verify;

/// <summary>The ports of one private bridge: frames go in one at a time, and what each makes the bridge send is read.</summary>
internal sealed class SwitchPorts : IDisposable
{
    // The daemon takes at most this many commands from one connection before it looks at its ports again, so that the
    // answer to one more comes when the frame has been through the bridge to its end.
    private const int CommandsPerTurn = 10;

    private static readonly IReadOnlyList<string> _nothing = ["version"];

    private readonly UnixctlClient _control;
    private readonly List<(SwitchPort Port, GrowingCapture Sent)> _ports;

    /// <summary>Opens the ports of a bridge that is there.</summary>
    /// <param name="privateSwitch">The switch.</param>
    /// <param name="ports">The ports of the bridge.</param>
    public SwitchPorts(PrivateSwitch privateSwitch, IEnumerable<SwitchPort> ports)
    {
        _control = new UnixctlClient(privateSwitch.ControlSocket);
        _ports = [.. ports.Select(port => (port, new GrowingCapture(privateSwitch.SentBy(port.Name))))];
    }

    /// <summary>Lets a frame come in at a port and waits until the bridge has done with it.</summary>
    /// <param name="port">The port.</param>
    /// <param name="frame">14 bytes or more.</param>
    /// <returns>What the bridge sent, by port in the order of the ports; frames of one port in the order sent.</returns>
    public IReadOnlyList<SentFrame> Receive(SwitchPort port, ReadOnlySpan<byte> frame)
    {
        _control.Ask([["netdev-dummy/receive", port.Name, Convert.ToHexString(frame)], .. Enumerable.Repeat(_nothing, CommandsPerTurn)]);
        List<SentFrame> sent = [];
        foreach ((SwitchPort to, GrowingCapture capture) in _ports)
        {
            while (capture.TryRead() is byte[] bytes)
            {
                sent.Add(new SentFrame(to, bytes));
            }
        }

        return sent;
    }

    public void Dispose()
    {
        _control.Dispose();
        _ports.ForEach(port => port.Sent.Dispose());
    }
}

/// <summary>A frame that the bridge sent.</summary>
/// <param name="Port">Out of which port.</param>
/// <param name="Frame">Its bytes.</param>
internal sealed record SentFrame(SwitchPort Port, byte[] Frame);
