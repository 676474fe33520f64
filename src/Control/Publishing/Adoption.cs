namespace NetworkingSfc.Control.Publishing;

/// <summary>What is deleted or changed is answered when no packet is steered by the old state any more, or when that takes too long.</summary>
internal static class Adoption
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(1);

    /// <summary>Waits until every worker uses a generation. A forwarder that is away is not waited for.</summary>
    /// <param name="forwarder">Tells how far it is.</param>
    /// <param name="generation">The generation; 0 is not waited for.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task WaitAsync(IForwarderProgress forwarder, ulong generation, CancellationToken cancellation)
    {
        long end = Environment.TickCount64 + (long)_patience.TotalMilliseconds;
        while (forwarder.Adopted.Any(adopted => adopted < generation) && Environment.TickCount64 < end)
        {
            await Task.Delay(_look, cancellation);
        }
    }
}
