namespace NetworkingSfc.Dataplane.Ports;

/// <summary>
/// Keeps a port's control thread from taking memory away under a worker's burst. A worker tries the gate once a burst and
/// never waits: while the other side changes something, its queue is empty or full. Only the control thread waits, for one burst at most.
/// </summary>
/// <remarks>
/// The cost is one uncontended exchange and one store for each burst. <see cref="Leave"/> is in a <c>finally</c>: else a burst that
/// fails would have whoever closes the port wait for ever.
/// </remarks>
internal sealed class BurstGate
{
    private const int Open = 0;
    private const int Taken = 1;

    private int _state;

    /// <summary>A worker begins a burst.</summary>
    /// <returns>False when the queue is being changed: nothing of it may be touched.</returns>
    public bool TryEnter() => Interlocked.CompareExchange(ref _state, Taken, Open) == Open;

    /// <summary>The burst, or the change, is over.</summary>
    public void Leave() => Volatile.Write(ref _state, Open);

    /// <summary>The control thread waits for the end of the burst under way and keeps others out until <see cref="Leave"/>.</summary>
    public void Close()
    {
        SpinWait wait = default;
        while (!TryEnter())
        {
            wait.SpinOnce();
        }
    }
}
