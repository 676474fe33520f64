namespace NetworkingSfc.Dataplane.Ports;

/// <summary>Which queues of a port have been opened: each belongs to one worker, so each can be opened once.</summary>
/// <param name="direction">"receive" or "transmit", for the sentence.</param>
/// <param name="count">Queues there are.</param>
internal sealed class QueueClaims(string direction, int count)
{
    private readonly bool[] _claimed = new bool[count];

    /// <summary>Marks a queue as opened.</summary>
    /// <param name="queue">0 to the number of queues - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such queue.</exception>
    /// <exception cref="InvalidOperationException">It has been opened before.</exception>
    public void Claim(int queue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(queue);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(queue, _claimed.Length);
        if (_claimed[queue])
        {
            throw new InvalidOperationException($"The {direction} queue {queue} has been opened before; each can be opened once.");
        }

        _claimed[queue] = true;
    }
}
