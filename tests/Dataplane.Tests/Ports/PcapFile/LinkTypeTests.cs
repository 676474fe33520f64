using NetworkingSfc.Dataplane.Ports.PcapFile;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports.PcapFile;

public sealed class LinkTypeTests
{
    [Theory]
    [InlineData(LinkType.Null, 15)]
    [InlineData(LinkType.Ethernet, 1)]
    [InlineData(LinkType.RawIp, 7)]
    [InlineData(LinkType.LinuxCooked, 25)]
    [InlineData(LinkType.RawIpv4, 129)]
    [InlineData(LinkType.RawIpv6, 130)]
    [InlineData(LinkType.LinuxCooked2, 210)]
    [InlineData(LinkType.Dbus, 146)]
    [InlineData(8, 3)]
    [InlineData(9, 4)]
    [InlineData(10, 6)]
    [InlineData(12, 7)]
    [InlineData(50, 4)]
    [InlineData(104, 28)]
    [InlineData(105, 20)]
    [InlineData(107, 26)]
    [InlineData(127, 23)]
    [InlineData(140, 42)]
    [InlineData(192, 97)]
    [InlineData(195, 104)]
    [InlineData(227, 125)]
    [InlineData(230, 127)]
    [InlineData(239, 141)]
    [InlineData(253, 158)]
    [InlineData(281, LinkType.UnknownEncap)]
    [InlineData(-1, LinkType.UnknownEncap)]
    [InlineData(65_535, LinkType.UnknownEncap)]
    public void Link_types_have_the_numbers_tshark_gives_them(int linkType, int encap) => Assert.Equal(encap, LinkType.ToEncap(linkType));
}
