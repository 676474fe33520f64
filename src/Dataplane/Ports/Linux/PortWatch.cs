namespace NetworkingSfc.Dataplane.Ports.Linux;

/// <summary>Looks after a port twice a second, on a thread of its own that ends when disposed.</summary>
internal sealed class PortWatch : IDisposable
{
    private static readonly TimeSpan _period = TimeSpan.FromMilliseconds(500);

    private readonly Action _look;
    private readonly ManualResetEventSlim _end = new();
    private readonly Thread _thread;

    /// <summary>Starts.</summary>
    /// <param name="name">Name of the thread, for people.</param>
    /// <param name="look">What is done each time; throws nothing.</param>
    public PortWatch(string name, Action look)
    {
        _look = look;
        _thread = new Thread(Run) { Name = name, IsBackground = true };
        _thread.Start();
    }

    /// <summary>Waits for a look under way; none begins after.</summary>
    public void Dispose()
    {
        _end.Set();
        _thread.Join();
        _end.Dispose();
    }

    private void Run()
    {
        while (!_end.Wait(_period))
        {
            _look();
        }
    }
}
