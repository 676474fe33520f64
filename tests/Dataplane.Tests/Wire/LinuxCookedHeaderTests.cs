using NetworkingSfc.Dataplane.Wire;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Wire;

public sealed class LinuxCookedHeaderTests
{
    private static readonly byte[] _versionOne = Convert.FromHexString("00040001000602000000000100000800");
    private static readonly byte[] _versionTwo = Convert.FromHexString("86dd0000000000070304000602000000000100ff");

    [Fact]
    public void Known_headers_read()
    {
        Assert.True(LinuxCookedHeader.TryRead(_versionOne, out LinuxCookedHeader one));
        Assert.Equal((1, EtherType.Ipv4), (one.DeviceType, one.Protocol));
        Assert.True(LinuxCookedHeader.TryReadVersionTwo(_versionTwo, out LinuxCookedHeader two));
        Assert.Equal((0x0304, EtherType.Ipv6), (two.DeviceType, two.Protocol));
    }

    [Fact]
    public void Every_length_and_random_bytes_are_safe()
    {
        HeaderAssert.IsCheckedView(_versionOne, bytes => LinuxCookedHeader.TryRead(bytes, out LinuxCookedHeader header) && header.Protocol >= 0);
        HeaderAssert.IsCheckedView(
            _versionTwo, bytes => LinuxCookedHeader.TryReadVersionTwo(bytes, out LinuxCookedHeader header) && header.DeviceType >= 0);
    }
}
