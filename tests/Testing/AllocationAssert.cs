namespace NetworkingSfc.Testing;

/// <summary>Checks that code which must not allocate does not.</summary>
/// <remarks>
/// What a thread has allocated is known exactly only while no background collection runs. One of those takes the rest of
/// every thread's allocation context away, at most 8 KiB, and leaves it counted as allocated (<c>void_allocation</c> in the
/// runtime's gc.cpp; the memory holds one free object of that length). Other tests cause such collections, so once in some
/// dozen runs of all tests a thread that allocated nothing seemed to. Blocking collections give the rest back and count right.
/// That is why test projects switch background collections off.
/// </remarks>
public static class AllocationAssert
{
    /// <summary>Runs warm code once and wants no byte allocated on this thread.</summary>
    /// <param name="what">What is checked.</param>
    /// <param name="code">The code, run before, so that what it allocates once has been.</param>
    /// <exception cref="InvalidOperationException">It allocated, or this process cannot tell.</exception>
    public static void None(string what, Action code)
    {
        if (GC.GetConfigurationVariables()["ConcurrentGC"] is true)
        {
            throw new InvalidOperationException("Background collections are on, so allocations are not counted exactly. Test projects want ConcurrentGarbageCollection false.");
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        code();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (allocated != 0)
        {
            throw new InvalidOperationException($"{what}: {allocated} bytes allocated.");
        }
    }
}
