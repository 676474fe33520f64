using Xunit;

namespace NetworkingSfc.Classifier.Tests;

public sealed class FlowKeyBatchTests
{
    [Theory]
    [InlineData(1, 32)]
    [InlineData(32, 32)]
    [InlineData(33, 64)]
    [InlineData(65, 96)]
    [InlineData(65_536, 65_536)]
    public void Columns_are_whole_vectors(int wanted, int capacity)
    {
        FlowKeyBatch batch = new(wanted);

        Assert.Equal(capacity, batch.Capacity);
        Assert.Equal(0, batch.Count);
        Assert.Equal(capacity, batch.SourcePort.Length);
        Assert.Equal(capacity, batch.DestinationPort.Length);
        Assert.Equal(capacity, batch.EtherType.Length);
        Assert.Equal(capacity, batch.Protocol.Length);
        Assert.Equal(capacity, batch.IngressPort.Length);
        for (int word = 0; word < FlowKeyBatch.AddressWords; word++)
        {
            Assert.Equal(capacity, batch.SourceAddress(word).Length);
            Assert.Equal(capacity, batch.DestinationAddress(word).Length);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(65_537)]
    public void Other_capacities_are_refused(int wanted) => Assert.Throws<ArgumentOutOfRangeException>(() => new FlowKeyBatch(wanted));

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    [InlineData(int.MaxValue)]
    public void There_are_four_address_words(int word)
    {
        FlowKeyBatch batch = new(32);
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.SourceAddress(word).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.DestinationAddress(word).Length);
    }

    [Fact]
    public void Rows_are_read_back_as_they_were_added()
    {
        Random random = new(1);
        FlowKeyBatch batch = new(100);
        List<FlowKey> added = [.. Enumerable.Range(0, batch.Capacity).Select(_ => RandomFlows.AnyKey(random))];
        added.ForEach(key => batch.Add(key));

        Assert.Equal(batch.Capacity, batch.Count);
        for (int row = 0; row < added.Count; row++)
        {
            Assert.Equal(added[row], batch[row]);
        }
    }

    [Fact]
    public void Address_words_run_from_the_least_significant()
    {
        FlowKeyBatch batch = new(1);
        batch.Add(new FlowKey { SourceAddress = new UInt128(0x0011_2233_4455_6677, 0x8899_aabb_ccdd_eeff), DestinationAddress = 0x0a00_0001 });

        Assert.Equal([0xccdd_eeffu, 0x8899_aabbu, 0x4455_6677u, 0x0011_2233u], Enumerable.Range(0, 4).Select(word => batch.SourceAddress(word)[0]));
        Assert.Equal([0x0a00_0001u, 0u, 0u, 0u], Enumerable.Range(0, 4).Select(word => batch.DestinationAddress(word)[0]));
    }

    [Fact]
    public void Rows_behind_the_last_are_zero_after_every_fill_and_clear()
    {
        Random random = new(2);
        FlowKeyBatch batch = new(128);
        foreach (int count in new[] { 128, 3, 0, 77, 1, 128 })
        {
            batch.Clear();
            AssertPaddingIsZero(batch);
            for (int row = 0; row < count; row++)
            {
                batch.Add(RandomFlows.AnyKey(random));
            }

            Assert.Equal(count, batch.Count);
            AssertPaddingIsZero(batch);
        }
    }

    [Fact]
    public void Full_batch_takes_no_more_and_stays_as_it_is()
    {
        FlowKeyBatch batch = new(64);
        for (int row = 0; row < 64; row++)
        {
            batch.Add(new FlowKey { SourcePort = (ushort)row });
        }

        Assert.Throws<InvalidOperationException>(() => batch.Add(default));
        Assert.Equal(64, batch.Count);
        Assert.Equal(63, batch[63].SourcePort);
    }

    private static void AssertPaddingIsZero(FlowKeyBatch batch)
    {
        Assert.False(batch.SourcePort[batch.Count..].ContainsAnyExcept((ushort)0));
        Assert.False(batch.DestinationPort[batch.Count..].ContainsAnyExcept((ushort)0));
        Assert.False(batch.EtherType[batch.Count..].ContainsAnyExcept((ushort)0));
        Assert.False(batch.Protocol[batch.Count..].ContainsAnyExcept((byte)0));
        Assert.False(batch.IngressPort[batch.Count..].ContainsAnyExcept(0u));
        for (int word = 0; word < FlowKeyBatch.AddressWords; word++)
        {
            Assert.False(batch.SourceAddress(word)[batch.Count..].ContainsAnyExcept(0u));
            Assert.False(batch.DestinationAddress(word)[batch.Count..].ContainsAnyExcept(0u));
        }
    }
}
