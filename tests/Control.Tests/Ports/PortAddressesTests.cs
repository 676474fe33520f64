using NetworkingSfc.Control.Ports;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Control.Tests.Ports;

public sealed class PortAddressesTests
{
    private static readonly Port _port = new()
    {
        Id = new Guid("22222222-0000-4000-8000-000000000001"),
        ProjectId = "p",
        NetworkId = new Guid("11111111-0000-4000-8000-000000000001"),
        MacAddress = default,
    };

    [Fact]
    public void Derives_the_same_address_from_the_same_id()
    {
        MacAddress chosen = PortAddresses.ChooseMac(ResourceSet.Empty, _port);
        Assert.Equal(chosen, PortAddresses.ChooseMac(ResourceSet.Empty, _port));
        Assert.StartsWith("fa:16:3e:", chosen.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Takes_the_next_one_when_a_neighbour_has_it()
    {
        MacAddress chosen = PortAddresses.ChooseMac(ResourceSet.Empty, _port);
        Port neighbour = _port with { Id = Guid.NewGuid(), MacAddress = chosen };
        Assert.Equal(chosen.Value + 1, PortAddresses.ChooseMac(With(neighbour), _port).Value);
        Assert.Equal(chosen, PortAddresses.ChooseMac(With(neighbour with { NetworkId = Guid.NewGuid() }), _port));
    }

    private static ResourceSet With(Port port) => ResourceSet.Empty with { Ports = ResourceSet.Empty.Ports.With(port) };
}
