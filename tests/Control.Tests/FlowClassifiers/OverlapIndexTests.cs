using NetworkingSfc.Control.FlowClassifiers;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Control.Tests.FlowClassifiers;

public sealed class OverlapIndexTests
{
    private const int Changes = 20_000;

    [Fact]
    public void It_finds_what_looking_at_all_of_them_finds_in_the_same_order()
    {
        Random random = new(3);
        ResourceCollection<FlowClassifier> all = ResourceSet.Empty.FlowClassifiers;
        for (int change = 0; change < LongRun.Scale(Changes); change++)
        {
            FlowClassifier classifier = Classifier(random);
            IEnumerable<Guid> expected = all.Where(other => classifier.OverlapsIgnoringPorts(other)).Select(other => other.Id);
            Assert.Equal(expected, OverlapIndex.Overlapping(all, classifier).Select(other => other.Id));

            FlowClassifier? some = all.Count == 0 ? null : all.ElementAt(random.Next(all.Count));
            all = some is null || random.Next(100) < 60 ? all.With(classifier)
                : random.Next(2) == 0 ? all.Without(some.Id)
                : all.With(classifier with { Id = some.Id });
        }
    }

    [Fact]
    public void It_is_the_same_after_a_restart()
    {
        Random random = new(4);
        ResourceCollection<FlowClassifier> all = ResourceSet.Empty.FlowClassifiers;
        for (int added = 0; added < 200; added++)
        {
            all = all.With(Classifier(random));
        }

        all = all.Without(all.First().Id);
        ResourceCollection<FlowClassifier> restored = ResourceSet.Empty.FlowClassifiers.Restored(all.Places, all.All);
        FlowClassifier any = new() { Id = Guid.NewGuid(), ProjectId = "p" };
        Assert.Equal(OverlapIndex.Overlapping(all, any), OverlapIndex.Overlapping(restored, any));
        Assert.Equal(all.Count(other => other.Ethertype == IpFamily.IPv4), OverlapIndex.Overlapping(restored, any).Count);
    }

    private static FlowClassifier Classifier(Random random)
    {
        bool isIpv6 = random.Next(3) == 0;
        return new FlowClassifier
        {
            Id = Guid.NewGuid(),
            ProjectId = "p",
            Ethertype = isIpv6 ? IpFamily.IPv6 : IpFamily.IPv4,
            Protocol = random.Next(3) == 0 ? null : FlowProtocol.Tcp,
            SourceIpPrefix = Prefix(random, isIpv6),
            DestinationIpPrefix = Prefix(random, isIpv6),
        };
    }

    /// <summary>Few different bits, so that many hold each other; every length, and host bits that must not count.</summary>
    private static IpPrefix? Prefix(Random random, bool isIpv6)
    {
        if (random.Next(6) == 0)
        {
            return null;
        }

        string[] heads = isIpv6 ? ["::", "2001:db8::", "2001:db8:8000::1", "ffff:ffff::ffff"] : ["0.0.0.0", "10.0.0.1", "10.128.0.0", "255.255.255.255"];
        Assert.True(IpPrefix.TryParse($"{heads[random.Next(heads.Length)]}/{random.Next(isIpv6 ? 129 : 33)}", out IpPrefix prefix));
        return prefix;
    }
}
