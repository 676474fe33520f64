using NetworkingSfc.Dataplane.Ports;

namespace NetworkingSfc.Dataplane.Workers;

/// <summary>A port while workers have its queues.</summary>
public sealed class AttachedPort
{
    private bool _isDown;

    internal AttachedPort(int number, IPort port, QueuePlacement placement)
    {
        Number = number;
        Port = port;
        Placement = placement;
    }

    /// <summary>The port's number in the snapshot.</summary>
    public int Number { get; }

    /// <summary>The port.</summary>
    public IPort Port { get; }

    /// <summary>Whoever watches the port says that it moves no frames: what it does not take is then dropped for that reason. Any thread.</summary>
    public bool IsDown
    {
        get => Volatile.Read(ref _isDown);
        set => Volatile.Write(ref _isDown, value);
    }

    /// <summary>Which worker has which queue.</summary>
    internal QueuePlacement Placement { get; }

    /// <summary>Rings of workers without a transmit queue of the port.</summary>
    internal List<HandoffRing> Rings { get; } = [];
}
