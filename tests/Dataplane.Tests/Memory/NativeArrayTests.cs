using System.Runtime.CompilerServices;
using NetworkingSfc.Dataplane.Memory;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Memory;

public sealed class NativeArrayTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public void Elements_begin_zeroed_and_keep_what_is_written(int length)
    {
        using NativeArray<long> array = new(length);

        Assert.Equal(length, array.Length);
        Assert.Equal(length, array.Span.Length);
        Assert.False(array.Span.ContainsAnyExcept(0L));
        array.Writable.Fill(5);
        Assert.False(array.Span.ContainsAnyExcept(5L));
    }

    [Fact]
    public void Negative_length_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new NativeArray<int>(-1));

    [Fact]
    public void Freeing_twice_frees_once()
    {
        NativeArray<int> array = new(10);
        array.Dispose();
        array.Dispose();
    }

    [Fact]
    public void Lost_block_is_collected()
    {
        WeakReference lost = Lose();
        for (int round = 0; round < 10 && lost.IsAlive; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(lost.IsAlive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Lose() => new(new NativeArray<int>(1 << 16), trackResurrection: true);
}
