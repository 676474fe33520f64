using Xunit;

namespace NetworkingSfc.Classifier.Tests.ClassBench;

/// <summary>The tests' own tool: what it carries over matches exactly what matched before.</summary>
public sealed class Ipv6MappingTests
{
    [Fact]
    public void Prefixes_contain_the_same_addresses_as_before()
    {
        Random random = new(7);
        int contained = 0;
        for (int round = 0; round < 20_000; round++)
        {
            Ipv6Mapping mapping = new(random);
            uint address = (uint)random.NextInt64(1L << 32);
            uint other = address ^ (random.Next(8) == 0 ? 0 : 1u << random.Next(32));
            FlowRule rule = new(AddressPrefix.Ipv4EtherType)
            {
                Source = new AddressPrefix(address, (byte)random.Next(33)),
                Destination = new AddressPrefix(address, (byte)random.Next(33)),
            };
            FlowKey key = new() { EtherType = AddressPrefix.Ipv4EtherType, SourceAddress = other, DestinationAddress = other };
            Assert.Equal(rule.Matches(key), mapping.Map(rule).Matches(mapping.Map(key)));
            contained += rule.Matches(key) ? 1 : 0;
        }

        Assert.InRange(contained, 2_000, 18_000);
    }
}
