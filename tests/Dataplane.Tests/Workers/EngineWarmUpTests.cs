using System.Runtime;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Ports.Memory;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Tests.Steering;
using NetworkingSfc.Dataplane.Workers;
using NetworkingSfc.Dataplane.Workers.WarmUp;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Workers;

/// <summary>After warming up, real frames meet code that is compiled already.</summary>
public sealed class EngineWarmUpTests(ITestOutputHelper output)
{
    private const int Frames = 10_000;

    // In a worker, a method or two of its own may get compiled again, with what was counted about branches.
    private const int FewMethods = 10;

    [Fact]
    public void The_first_ten_thousand_frames_of_a_chain_compile_next_to_nothing_and_allocate_nothing()
    {
        EngineWarmUp.Run();
        TestChain chain = TestChain.Of(EncapsulationKind.Plain, EncapsulationKind.Nsh, EncapsulationKind.Mpls);
        SteeringDefinition definition = chain.Definition();
        MemoryPort[] ports = [.. definition.Ports.Select(_ => (MemoryPort)PortDriverCatalog.Open("memory", new Dictionary<string, string> { ["frames"] = "64" }))];
        using WorkerGroup group = new(new SnapshotCell(SteeringSnapshotBuilder.Build(definition)), new WorkerGroupOptions { SlotsPerWorker = 256 });
        for (int port = 0; port < ports.Length; port++)
        {
            group.Attach(port, ports[port], group.Place(ports[port]));
        }

        byte[][] frames = [.. new[] { TestFrame.Ipv4, TestFrame.Ipv6, TestFrame.Tagged }.Select(frame => frame.Original().Build())];
        byte[] buffer = new byte[2_048];

        // What the test itself needs, and the list of queues.
        Assert.False(ports[0].TryTake(0, buffer, out _));
        Worker worker = group.Workers[0];
        worker.RunOnce();
        int input = chain.Input(1);
        long methods = 0;
        AllocationAssert.None("first frames", () =>
        {
            methods = JitInfo.GetCompiledMethodCount(currentThread: true);
            for (int number = 0; number < Frames; number++)
            {
                byte[] frame = frames[number % frames.Length];
                _ = ports[TestChain.Source].Inject(0, frame, frame.Length);
                worker.RunOnce();
                _ = ports[input].TryTake(0, buffer, out _);
            }

            methods = JitInfo.GetCompiledMethodCount(currentThread: true) - methods;
        });
        output.WriteLine($"{methods} methods compiled on the worker's thread");
        Assert.Equal(Frames, worker.Counters.Sent);
        Assert.InRange(methods, 0, FewMethods);
    }
}
