using NetworkingSfc.Dataplane.Wire;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Wire;

public sealed class TransportPortsTests
{
    private static readonly byte[] _known = [0x12, 0x34, 0xab, 0xcd];

    [Fact]
    public void Known_ports_read()
    {
        Assert.True(TransportPorts.TryRead(_known, out TransportPorts ports));
        Assert.Equal(0x1234, ports.Source);
        Assert.Equal(0xabcd, ports.Destination);
    }

    [Fact]
    public void Fields_write_the_same_bytes()
    {
        byte[] written = new byte[4];
        TransportPorts.SetSource(written, 0x1234);
        TransportPorts.SetDestination(written, 0xabcd);
        Assert.Equal(_known, written);
    }

    [Fact]
    public void Every_length_and_random_bytes_are_safe() =>
        HeaderAssert.IsCheckedView(_known, bytes => TransportPorts.TryRead(bytes, out TransportPorts ports) && ports.Source >= 0);
}
