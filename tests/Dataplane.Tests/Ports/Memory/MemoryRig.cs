using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Ports.Memory;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports.Memory;

/// <summary>A memory port whose peer is the test.</summary>
internal sealed class MemoryRig : PortRig
{
    private readonly Dictionary<string, string> _settings;
    private readonly IReadOnlyList<byte[]> _incoming;
    private MemoryPort _port;

    public MemoryRig(IReadOnlyList<byte[]> incoming, int frames = 512)
    {
        _incoming = incoming;
        _settings = new Dictionary<string, string> { ["frames"] = $"{frames}" };
        _port = OpenPort();
    }

    public override IPort Port => _port;

    public override bool ShowsPeerEnded => _port.Fault is not null;

    public override IReadOnlyList<byte[]> TakeSent(int count) => TakeSent(_port, 0);

    public static IReadOnlyList<byte[]> TakeSent(MemoryPort port, int queue)
    {
        List<byte[]> frames = [];
        byte[] buffer = new byte[port.FrameBytes];
        while (port.TryTake(queue, buffer, out int length))
        {
            frames.Add(buffer[..length]);
        }

        return frames;
    }

    public override void EndPeer() => _port.ClosePeer();

    public override void Reopen()
    {
        _port.Dispose();
        _port = OpenPort();
    }

    public override void Dispose() => _port.Dispose();

    private MemoryPort OpenPort()
    {
        MemoryPort port = (MemoryPort)PortDriverCatalog.Open("memory", _settings);
        Assert.All(_incoming, frame => Assert.True(port.Inject(0, frame, frame.Length)));
        return port;
    }
}
