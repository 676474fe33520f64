using NetworkingSfc.Dataplane.Workers;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Workers;

public sealed class CpuSetTests
{
    [Theory]
    [InlineData("2", "2")]
    [InlineData("4-6,0", "4,5,6,0")]
    [InlineData("7,3-3", "7,3")]
    public void Numbers_and_ranges_are_read_in_their_order(string text, string cpus) =>
        Assert.Equal(cpus, string.Join(',', CpuSet.Parse(text)));

    [Theory]
    [InlineData("", "'' is neither a number nor a range")]
    [InlineData("1,", "'' is neither")]
    [InlineData("a", "'a' is neither")]
    [InlineData("3-1", "'3-1' is neither")]
    [InlineData("1-2-3", "'1-2-3' is neither")]
    [InlineData("0-99999999", "'0-99999999' is neither")]
    [InlineData("1,0-1", "CPU 1 is named twice")]
    public void Others_are_refused_with_what_is_accepted(string text, string reason)
    {
        string message = Assert.Throws<ArgumentException>(() => CpuSet.Parse(text)).Message;
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.EndsWith("Accepted are numbers and ranges such as 2,4-7, each CPU once.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_that_this_process_may_use_are_online() => Assert.Subset(CpuSet.Online().ToHashSet(), CpuSet.Allowed().ToHashSet());

    [Fact]
    public void This_process_may_use_as_many_as_the_runtime_counts() => Assert.Equal(Environment.ProcessorCount, CpuSet.Allowed().Length);
}
