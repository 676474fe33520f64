using NetworkingSfc.Dataplane.Ports;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports;

public sealed class PortDriverCatalogTests
{
    [Fact]
    public void Kinds_and_settings_are_named_once()
    {
        Assert.Distinct(PortDriverCatalog.Drivers.Select(driver => driver.Kind));
        Assert.All(PortDriverCatalog.Drivers, driver =>
        {
            Assert.NotEmpty(driver.Settings);
            Assert.Distinct(driver.Settings.Select(setting => setting.Name));
            Assert.All(driver.Settings, setting => Assert.NotEmpty(setting.Meaning));
        });
    }

    [Fact]
    public void An_unknown_kind_is_answered_with_those_there_are() =>
        Assert.Equal("There is no port of kind 'wire'; accepted are memory, pcap-file, libpcap, af-packet, tap, af-xdp, memif, vhost-user.", Refusal("wire"));

    [Fact]
    public void An_unknown_setting_is_answered_with_those_there_are()
    {
        string sentence = Refusal("memory", ("queue", "1"));
        Assert.StartsWith("A port of kind 'memory' has no setting 'queue'; accepted are 'queues' (", sentence, StringComparison.Ordinal);
        Assert.Contains("'frame_bytes'", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_setting_is_named() =>
        Assert.StartsWith(
            "A port of kind 'libpcap' needs the setting 'interface'; accepted are 'interface' (required: ",
            Refusal("libpcap", ("snaplen", "100")), StringComparison.Ordinal);

    private static string Refusal(string kind, params (string Name, string Value)[] settings) =>
        Assert.Throws<PortOpenException>(() => PortDriverCatalog.Open(
            kind, settings.ToDictionary(setting => setting.Name, setting => setting.Value))).Message;
}
