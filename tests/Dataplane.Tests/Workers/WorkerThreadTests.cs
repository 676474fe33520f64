using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Workers;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Workers;

/// <summary>The thread of a worker takes up what is published, also when no packet moves, and stops when told.</summary>
public sealed class WorkerThreadTests
{
    [Fact]
    public void Adopts_each_published_generation_and_stops()
    {
        SnapshotCell cell = new(Empty(1));
        Worker worker = new(cell, PacketBatch.Capacity, 2_048);
        using (new WorkerThread(worker, "test"))
        {
            Assert.True(SpinWait.SpinUntil(() => worker.AdoptedGeneration == 1, TimeSpan.FromSeconds(30)));
            cell.Publish(Empty(2));
            Assert.True(SpinWait.SpinUntil(() => worker.AdoptedGeneration == 2, TimeSpan.FromSeconds(30)));
        }

        cell.Publish(Empty(3));
        Assert.Equal(2ul, worker.AdoptedGeneration);
    }

    private static SteeringSnapshot Empty(ulong generation) => SteeringSnapshotBuilder.Build(new SteeringDefinition { Generation = generation });
}
