using System.Text.Json;
using NetworkingSfc.Control.Attributes;

namespace NetworkingSfc.Control.Tests.Attributes;

public sealed class PrefixesTests
{
    [Theory]
    [InlineData("10.0.0.5", "10.0.0.5/32")]
    [InlineData("10", "10.0.0.0/32")]
    [InlineData("10.1/16", "10.1.0.0/16")]
    [InlineData("10.0.0.9/255.255.255.0", "10.0.0.0/24")]
    [InlineData("10.0.0.9/0.0.0.255", "10.0.0.0/24")]
    [InlineData("10.0.0.0/08", "10.0.0.0/8")]
    [InlineData("2001:db8::1", "2001:db8::1/128")]
    public void Recommends_the_canonical_form(string text, string recommended) =>
        Assert.Equal($"Invalid input for p. Reason: '{text}' isn't a recognized IP subnet cidr, '{recommended}' is recommended.", Refusal(text));

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/8/8")]
    [InlineData(" 10.0.0.0/8")]
    [InlineData("10.0.0.0/255.0.255.0")]
    [InlineData("300.0.0.0/8")]
    [InlineData("1.2.3.4.5/8")]
    [InlineData("fe80::1%eth0/64")]
    [InlineData("[::1]/128")]
    public void Refuses_what_is_no_prefix(string text) => Assert.Equal($"Invalid input for p. Reason: '{text}' is not a valid IP subnet.", Refusal(text));

    private static string? Refusal(string text) => Prefixes.One("p", JsonSerializer.SerializeToElement(text)).Problem?.Message;
}
