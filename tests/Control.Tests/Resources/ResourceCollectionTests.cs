using NetworkingSfc.Control.Networks;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Tests.Resources;

public sealed class ResourceCollectionTests
{
    [Fact]
    public void Keeps_creation_order_through_updates_and_deletes()
    {
        Network[] networks = [.. Enumerable.Range(0, 5).Select(number => new Network { Id = Guid.NewGuid(), Name = $"n{number}", ProjectId = "p" })];
        ResourceCollection<Network> collection = networks.Aggregate(ResourceCollection<Network>.Empty, (all, one) => all.With(one));
        collection = collection.With(networks[1] with { Name = "changed" }).Without(networks[3].Id);
        Assert.Equal(["n0", "changed", "n2", "n4"], collection.Select(network => network.Name));
        Assert.Equal("changed", collection[networks[1].Id].Name);
        Assert.Null(collection.Find(networks[3].Id));
    }

    [Fact]
    public void Leaves_older_ones_alone()
    {
        Network network = new() { Id = Guid.NewGuid(), ProjectId = "p" };
        ResourceCollection<Network> before = ResourceCollection<Network>.Empty;
        ResourceCollection<Network> after = before.With(network);
        _ = after.Without(network.Id);
        Assert.Empty(before);
        Assert.Single(after);
    }
}
