using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Testing;

public sealed class LongRunTests
{
    [Fact]
    public void A_run_is_whole_when_full_and_a_tenth_otherwise_but_never_nothing()
    {
        Assert.Equal(LongRun.IsFull ? 1000 : 100, LongRun.Scale(1000));
        Assert.Equal(LongRun.IsFull ? 3 : 1, LongRun.Scale(3));
    }
}
