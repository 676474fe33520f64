using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Tests.Ports;
using NetworkingSfc.Dataplane.Tests.Workers;
using NetworkingSfc.Dataplane.Tracing;

namespace NetworkingSfc.Dataplane.Tests.Tracing;

/// <summary>A <see cref="TestEngine"/> whose packets are traced from the start.</summary>
internal sealed class TracedEngine : IDisposable
{
    public TracedEngine(SteeringDefinition definition, TraceFilter? filter = null, int count = 1_000, int slotCount = 256, int[]? unattached = null, TimeProvider? clock = null)
    {
        Engine = new TestEngine(definition, slotCount, unattached: unattached, clock: clock);
        Trace = new PacketTrace([Engine.Worker], new TraceRequest(filter ?? new TraceFilter(), count, TraceRequest.LongestTime));
    }

    public TestEngine Engine { get; }

    public PacketTrace Trace { get; }

    /// <summary>Takes one frame in and gives the records of it, with what was sent.</summary>
    public (TraceRecord[] Records, SentFrame[] Sent) Cross(int port, byte[] frame, int? wireLength = null)
    {
        Engine.Inject(port, frame, wireLength);
        SentFrame[] sent = [.. Engine.Run()];
        return (Read(), sent);
    }

    public TraceRecord[] Read()
    {
        List<TraceRecord> records = [];
        Trace.Read(records);
        return [.. records];
    }

    public void Dispose()
    {
        Trace.Dispose();
        Engine.Dispose();
    }
}
