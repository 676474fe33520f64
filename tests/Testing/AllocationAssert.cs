namespace NetworkingSfc.Testing;

/// <summary>Checks that code which must not allocate does not, in a process whose runtime may.</summary>
public static class AllocationAssert
{
    private const int Rounds = 5;

    /// <summary>
    /// Runs warm code several times and wants one run that allocates nothing on this thread. Code that allocates does so in
    /// every run; the runtime does so once, when one of its own caches grows on whatever thread is there.
    /// </summary>
    /// <param name="what">What is checked.</param>
    /// <param name="round">The code, warmed up.</param>
    /// <returns>How often it was run.</returns>
    /// <exception cref="InvalidOperationException">Every run allocated.</exception>
    public static int NoneOnceWarm(string what, Action round)
    {
        long[] allocated = new long[Rounds];
        for (int run = 0; run < Rounds; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            round();
            allocated[run] = GC.GetAllocatedBytesForCurrentThread() - before;
            if (allocated[run] == 0)
            {
                return run + 1;
            }
        }

        throw new InvalidOperationException($"{what}: every run allocated, {string.Join(", ", allocated)} bytes.");
    }
}
