using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Ports.Memory;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Workers;
using Xunit;

namespace NetworkingSfc.WorkCount.Tests;

/// <summary>One worker with a port of memory for each port there is, stepped by the test's thread.</summary>
internal sealed class CountedEngine : IDisposable
{
    private const int FrameBytes = 2_048;

    private static readonly Dictionary<string, string> _settings = new() { ["frames"] = "1024" };

    private readonly Worker _worker;
    private readonly MemoryPort[] _ports;
    private readonly byte[] _buffer = new byte[FrameBytes];

    public CountedEngine(SteeringDefinition definition)
    {
        _worker = new Worker(new SnapshotCell(SteeringSnapshotBuilder.Build(definition)), 256, FrameBytes);
        _ports = [.. definition.Ports.Select(_ => (MemoryPort)PortDriverCatalog.Open("memory", _settings))];
        for (int port = 0; port < _ports.Length; port++)
        {
            _worker.Attach(port, _ports[port], 0);
        }
    }

    /// <summary>What came out last, with the port.</summary>
    public IReadOnlyList<(int Port, byte[] Frame)> Sent { get; private set; } = [];

    /// <summary>Has frames received and sent on.</summary>
    /// <returns>What was done for one of them, on average.</returns>
    public Work Take(int port, params IReadOnlyCollection<byte[]> frames)
    {
        foreach (byte[] frame in frames)
        {
            Assert.True(_ports[port].Inject(0, frame, frame.Length));
        }

        Work before = Work.SoFar;
        while (_worker.RunOnce() > 0)
        {
        }

        Work work = Work.SoFar.Since(before, frames.Count);
        Sent = [.. Enumerable.Range(0, _ports.Length).SelectMany(from => Drain(from).Select(frame => (from, frame)))];
        return work;
    }

    public void Dispose() => _worker.Dispose();

    private IEnumerable<byte[]> Drain(int port)
    {
        while (_ports[port].TryTake(0, _buffer, out int length))
        {
            yield return _buffer[..length];
        }
    }
}
