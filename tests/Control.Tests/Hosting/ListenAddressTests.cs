using NetworkingSfc.Control.Hosting;

namespace NetworkingSfc.Control.Tests.Hosting;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:9696", "127.0.0.1:9696")]
    [InlineData("127.0.0.1:0", "127.0.0.1:0")]
    [InlineData("127.0.0.1:80", "127.0.0.1:80")]
    [InlineData("localhost:8080", "127.0.0.1:8080")]
    [InlineData("[::1]:8080", "[::1]:8080")]
    [InlineData("0.0.0.0:1", "0.0.0.0:1")]
    [InlineData("http://localhost", "http://127.0.0.1:80")]
    [InlineData("http://[::1]:8080/", "http://[::1]:8080")]
    [InlineData("https://127.0.0.1:1", "https://127.0.0.1:1")]
    [InlineData("unix:/run/sfc.sock", "unix:/run/sfc.sock")]
    [InlineData("unix:///run/sfc.sock", "unix:/run/sfc.sock")]
    public void Reads_addresses(string text, string expected) => Assert.Equal(expected, ListenAddress.Parse(text).ToString());

    [Fact]
    public void A_relative_path_is_one_of_the_current_directory() =>
        Assert.Equal(Path.GetFullPath("sfc.sock"), ListenAddress.Parse("unix:sfc.sock").SocketPath);

    [Theory]
    [InlineData("ftp://127.0.0.1:1", "not an http address")]
    [InlineData("127.0.0.1:65536", "not an http address")]
    [InlineData("", "not an http address")]
    [InlineData("http://example.org:1", "'example.org' is not an IP address")]
    [InlineData("example.org:1", "'example.org' is not an IP address")]
    [InlineData("http://127.0.0.1:1/path", "more than an address")]
    [InlineData("http://user@127.0.0.1:1", "more than an address")]
    [InlineData("http://127.0.0.1:1/?a=b", "more than an address")]
    [InlineData("127.0.0.1", "no port")]
    [InlineData("[::1]", "no port")]
    [InlineData("unix:", "names no path")]
    [InlineData("unix:/LONG", "longer than")]
    public void Says_what_it_cannot_listen_on(string text, string message)
    {
        string got = Assert.Throws<ArgumentException>(() => ListenAddress.Parse(text.Replace("LONG", new string('x', 200), StringComparison.Ordinal))).Message;
        Assert.Contains(message, got, StringComparison.Ordinal);
        Assert.Contains("Accepted is ADDRESS:PORT", got, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:1", true)]
    [InlineData("127.9.9.9:1", true)]
    [InlineData("[::1]:1", true)]
    [InlineData("unix:/run/x", true)]
    [InlineData("0.0.0.0:1", false)]
    [InlineData("[::]:1", false)]
    [InlineData("192.0.2.1:1", false)]
    public void Knows_what_others_can_reach(string text, bool isLocal) => Assert.Equal(isLocal, ListenAddress.Parse(text).IsLocal);
}
