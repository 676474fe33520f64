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

    [Fact]
    public void Two_that_grow_from_the_same_one_do_not_meet()
    {
        ResourceCollection<Network> common = ResourceCollection<Network>.Empty.With(Named("a")).With(Named("b"));
        ResourceCollection<Network> left = common.With(Named("left"));
        ResourceCollection<Network> right = common.With(Named("right"));
        ResourceCollection<Network> further = left.With(Named("further"));
        Assert.Equal(["a", "b", "left"], left.Select(network => network.Name));
        Assert.Equal(["a", "b", "right"], right.Select(network => network.Name));
        Assert.Equal(["a", "b", "left", "further"], further.Select(network => network.Name));
        Assert.All(further, network => Assert.Same(network, further[network.Id]));
    }

    private static Network Named(string name) => new() { Id = Guid.NewGuid(), Name = name, ProjectId = "p" };
}
