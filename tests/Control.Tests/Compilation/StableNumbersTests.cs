using NetworkingSfc.Control.Compilation;

namespace NetworkingSfc.Control.Tests.Compilation;

public sealed class StableNumbersTests
{
    [Fact]
    public void The_legend_gives_everything_its_number_again_and_goes_on_behind_it()
    {
        Random random = new(1);
        Guid[] ids = [.. Enumerable.Range(0, 20).Select(_ => NewId(random))];
        StableNumbers numbers = StableNumbers.None;
        for (int step = 0; step < 200; step++)
        {
            Guid id = ids[random.Next(ids.Length)];
            numbers = random.Next(3) switch
            {
                0 => numbers.WithPort(id),
                1 => numbers.WithChain(id),
                _ => numbers.WithMember(new StableNumbers.MemberKey(id, ids[random.Next(3)], ids[random.Next(3)])),
            };

            // Read now and then: what came since is added behind what was read.
            if (step % 7 == 0)
            {
                Assert.Equal(0, numbers.Legend.Length % 2);
            }
        }

        StableNumbers again = StableNumbers.FromLegend(numbers.Legend)!;
        Assert.Equal(numbers.Ports, again.Ports);
        Assert.Equal(numbers.Chains, again.Chains);
        Assert.Equal(numbers.Members, again.Members);
        Assert.True(numbers.Legend == again.Legend);

        Guid further = NewId(random);
        Assert.Equal(numbers.Ports.Count, again.WithPort(further).Ports[further]);
        Assert.Equal(numbers.WithPort(further).Legend, again.WithPort(further).Legend);
    }

    [Fact]
    public void A_legend_of_nothing_is_no_numbers() => Assert.Empty(StableNumbers.FromLegend([])!.Ports);

    [Theory]
    [InlineData("0 5")]
    [InlineData("4 5")]
    [InlineData("1")]
    [InlineData("1 5 3 5 6")]
    [InlineData("1 5 1 5")]
    [InlineData("3 5 6 7 3 5 6 7")]
    public void What_is_no_legend_gives_no_numbers(string legend) =>
        Assert.Null(StableNumbers.FromLegend([.. legend.Split(' ').Select(UInt128.Parse)]));

    private static Guid NewId(Random random)
    {
        byte[] bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }
}
