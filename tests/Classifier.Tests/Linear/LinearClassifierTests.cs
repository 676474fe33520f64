using NetworkingSfc.Classifier.Linear;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Classifier.Tests.Linear;

public sealed class LinearClassifierTests
{
    private static readonly FlowRule _tcp = new(AddressPrefix.Ipv4EtherType) { Protocol = 6 };
    private static readonly FlowRule _any = new(AddressPrefix.Ipv4EtherType);

    [Fact]
    public void Rank_is_the_priority_and_the_id_is_the_answer()
    {
        FlowKeyBatch keys = new(64);
        keys.Add(new FlowKey { EtherType = AddressPrefix.Ipv4EtherType, Protocol = 6 });
        keys.Add(new FlowKey { EtherType = AddressPrefix.Ipv4EtherType, Protocol = 17 });
        keys.Add(new FlowKey { EtherType = AddressPrefix.Ipv6EtherType, Protocol = 6 });
        int[] results = new int[keys.Capacity];

        new LinearClassifier(new RuleSet([new(1, 30, _tcp), new(3, 20, _any), new(9, 10, _tcp)])).Freeze().Classify(keys, results);

        Assert.Equal([9, 3, IFlowClassifier.NoMatch], results[..3]);
    }

    [Fact]
    public void Classifying_allocates_nothing()
    {
        FlowKeyBatch keys = new(64);
        for (int row = 0; row < 64; row++)
        {
            keys.Add(new FlowKey { EtherType = AddressPrefix.Ipv4EtherType, Protocol = (byte)row });
        }

        int[] results = new int[keys.Capacity];
        IClassifierReader classifier = new LinearClassifier(RuleSet.InOrder([_tcp, _any])).OpenReader();
        classifier.Classify(keys, results);
        AllocationAssert.None(nameof(LinearClassifier), () =>
        {
            for (int round = 0; round < 1000; round++)
            {
                classifier.Classify(keys, results);
            }
        });
    }
}
