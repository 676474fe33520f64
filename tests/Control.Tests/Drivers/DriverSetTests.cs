using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.Drivers;
using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Control.Networks;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.Store;
using NetworkingSfc.Control.Tests.Http;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Control.Tests.Drivers;

public sealed class DriverSetTests
{
    [Fact]
    public async Task What_the_tables_of_a_driver_have_no_room_for_is_refused_with_its_sentence()
    {
        await using DriverSet drivers = new(new FullDriver());
        await using ControlHost host = await TestHost.StartAsync(OptionsOf(drivers));
        using ApiClient client = new(host);
        Assert.Equal("SfcBadRequest: The forwarder cannot carry this state out. No snapshot can be built: too much.",
            await client.RefusedAsync(400, "POST", "/v2.0/networks", """{"network": {}}"""));
        Assert.Empty(host.Current.Networks);
    }

    [Fact]
    public async Task A_stored_state_that_a_driver_has_no_room_for_is_a_sentence_at_the_start()
    {
        await using DriverSet drivers = new(new FullDriver());
        ResourceSet set = ResourceSet.Empty with { Networks = ResourceSet.Empty.Networks.With(new Network { Id = Guid.NewGuid(), Name = "n", ProjectId = "p" }) };
        UnusableStoreException refused = Assert.Throws<UnusableStoreException>(() => ControlHost.Build(OptionsOf(drivers) with { Store = new MemoryStateStore(set) }));
        Assert.Contains("too much", refused.Message, StringComparison.Ordinal);
    }

    private static ControlHostOptions OptionsOf(DriverSet drivers) =>
        new() { Compile = drivers.Compile, Publish = drivers.Publish, Drivers = drivers, LogToConsole = false };

    /// <summary>Has room for no network.</summary>
    private sealed class FullDriver : IStateDriver
    {
        public string Name => "full";

        public DriverReport Report => new(Name, 0, 0);

        public object? Prepare(CompiledState candidate) =>
            candidate.Resources.Networks.Count == 0 ? null : throw new SteeringDefinitionException("No snapshot can be built: too much.");

        public void Publish(CompiledState current, object? prepared)
        {
        }
    }
}
