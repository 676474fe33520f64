using NetworkingSfc.Dataplane.Ports;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports;

public sealed class BurstGateTests
{
    [Fact]
    public void A_burst_does_not_begin_while_the_other_side_changes_something()
    {
        BurstGate gate = new();
        gate.Close();
        Assert.False(gate.TryEnter());
        gate.Leave();
        Assert.True(gate.TryEnter());
    }

    [Fact]
    public void A_change_waits_for_the_end_of_the_burst()
    {
        BurstGate gate = new();
        int[] shared = new int[2];
        int torn = 0;
        using CancellationTokenSource stop = new();
        Thread worker = new(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                if (gate.TryEnter())
                {
                    torn += shared[0] == shared[1] ? 0 : 1;
                    gate.Leave();
                }
            }
        });
        worker.Start();
        for (int change = 1; change <= 20_000; change++)
        {
            gate.Close();
            shared[0] = change;
            Thread.SpinWait(10);
            shared[1] = change;
            gate.Leave();
        }

        stop.Cancel();
        worker.Join();
        Assert.Equal(0, torn);
    }
}
