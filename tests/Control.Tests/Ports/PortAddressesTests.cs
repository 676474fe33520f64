using NetworkingSfc.Control.Ports;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Tests.Ports;

public sealed class PortAddressesTests
{
    private static readonly Guid _id = new("22222222-0000-4000-8000-000000000001");

    [Fact]
    public void Derives_the_same_address_from_the_same_id()
    {
        MacAddress chosen = PortAddresses.ChooseMac(_id, []);
        Assert.Equal(chosen, PortAddresses.ChooseMac(_id, []));
        Assert.StartsWith("fa:16:3e:", chosen.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Takes_the_next_one_when_a_neighbour_has_it()
    {
        MacAddress chosen = PortAddresses.ChooseMac(_id, []);
        Port neighbour = new() { Id = Guid.NewGuid(), ProjectId = "p", NetworkId = Guid.NewGuid(), MacAddress = chosen };
        Assert.Equal(chosen.Value + 1, PortAddresses.ChooseMac(_id, [neighbour]).Value);
    }
}
