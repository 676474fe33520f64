using System.Collections.Immutable;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Workers;

namespace NetworkingSfc.Dataplane.Attachments;

/// <summary>
/// Keeps the ports of a group of workers as the published definition wants them: opens, closes and opens again by what has
/// changed, and tries again what could not be opened. What is wrong with a port is a state of it and nothing else's.
/// </summary>
/// <remarks>
/// Opening may wait for others, so it happens on a thread of its own, which also looks for faults five times a second.
/// Ports with equal devices share one, divided by VLAN id; a device with a single port and no VLAN id is not divided. When that
/// changes, the device is opened anew.
/// </remarks>
public sealed class PortSet : IDisposable
{
    private static readonly TimeSpan _period = TimeSpan.FromMilliseconds(200);

    private readonly WorkerGroup _workers;
    private readonly Func<PortDevice, IPort> _open;
    private readonly TimeProvider _clock;
    private readonly Dictionary<PortDevice, AttachedDevice> _devices = [];
    private readonly AutoResetEvent _wake = new(initialState: false);
    private SteeringDefinition _target = new() { Generation = 0 };
    private SteeringDefinition? _followed;
    private ImmutableArray<(int Number, PortAttachment Attachment, int? Holder)> _wanted = [];
    private Thread? _thread;
    private Action? _prepare;
    private volatile bool _isStopping;
    private PublishedStates _states = new([]);

    /// <summary>Makes a set without ports.</summary>
    /// <param name="workers">The workers that get the queues.</param>
    /// <param name="open">Opens a device; <see cref="PortDriverCatalog.Open"/> unless given.</param>
    /// <param name="clock">The time of states and of trying again.</param>
    public PortSet(WorkerGroup workers, Func<PortDevice, IPort>? open = null, TimeProvider? clock = null)
    {
        _workers = workers;
        _open = open ?? (device => PortDriverCatalog.Open(device.Kind, device.Settings));
        _clock = clock ?? TimeProvider.System;
    }

    /// <summary>The state of each attached port, by number. Any thread.</summary>
    public ImmutableArray<PortState> States => Volatile.Read(ref _states).Ports;

    /// <summary>Starts the thread that opens, closes and looks.</summary>
    /// <param name="prepare">Done once by that thread before the first port is opened; null for nothing.</param>
    public void Start(Action? prepare = null)
    {
        _prepare = prepare;
        _thread = new Thread(Run) { Name = "ports", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Says what is wanted from now on. Returns at once. Call it when workers can know the ports: after publishing the snapshot.</summary>
    /// <param name="definition">The published definition.</param>
    public void Follow(SteeringDefinition definition)
    {
        Volatile.Write(ref _target, definition);
        _wake.Set();
    }

    /// <summary>Stops the thread and closes all ports. Before the workers are disposed.</summary>
    public void Dispose()
    {
        _isStopping = true;
        _wake.Set();
        _thread?.Join();
        foreach (AttachedDevice device in _devices.Values)
        {
            device.Close();
        }

        _wake.Dispose();
    }

    /// <summary>One round: does what is wanted and due, and looks at every port.</summary>
    internal void Step()
    {
        SteeringDefinition target = Volatile.Read(ref _target);
        if (!ReferenceEquals(target, _followed))
        {
            Want(target);
            _followed = target;
        }

        if (_wanted.Length > 0 && _prepare is { } prepare)
        {
            _prepare = null;
            prepare();
        }

        foreach ((PortDevice device, AttachedDevice attached) in _devices.ToArray())
        {
            attached.Follow();
            if (attached.Wanted.Count == 0 && !attached.IsStuck)
            {
                _devices.Remove(device);
            }
        }

        Publish();
    }

    // The lowest port number keeps a VLAN id of a device that two ports claim.
    private void Want(SteeringDefinition definition)
    {
        Dictionary<(PortDevice Device, int VlanId), int> holders = [];
        ImmutableArray<(int Number, PortAttachment Attachment, int? Holder)>.Builder wanted =
            ImmutableArray.CreateBuilder<(int Number, PortAttachment Attachment, int? Holder)>();
        for (int number = 0; number < definition.Ports.Length; number++)
        {
            if (definition.Ports[number].Attachment is { } attachment)
            {
                bool isHeld = !holders.TryAdd((attachment.Device, attachment.VlanId), number);
                wanted.Add((number, attachment, isHeld ? holders[(attachment.Device, attachment.VlanId)] : null));
            }
        }

        _wanted = wanted.ToImmutable();
        ILookup<PortDevice, (int Number, int VlanId)> byDevice = _wanted.Where(port => port.Holder is null)
            .ToLookup(port => port.Attachment.Device, port => (port.Number, port.Attachment.VlanId));

        // What is no longer wanted is closed first: another device may want the same interface or socket.
        foreach ((PortDevice device, AttachedDevice attached) in _devices)
        {
            if (!byDevice.Contains(device))
            {
                attached.Close();
            }
        }

        foreach (IGrouping<PortDevice, (int Number, int VlanId)> ports in byDevice)
        {
            if (!_devices.TryGetValue(ports.Key, out AttachedDevice? attached))
            {
                attached = new AttachedDevice(ports.Key, _workers, _open, _clock);
                _devices.Add(ports.Key, attached);
            }

            attached.Wanted = ports.ToDictionary(port => port.Number, port => port.VlanId);
        }
    }

    private void Publish()
    {
        Dictionary<PortDevice, (PortCondition Condition, string? Reason)> looked = _devices.ToDictionary(device => device.Key, device => device.Value.Look());
        Dictionary<int, PortState> before = States.ToDictionary(state => state.Number);
        ImmutableArray<PortState> now = [.. _wanted.Select(port =>
        {
            (PortCondition condition, string? reason) = port.Holder is int holder
                ? (PortCondition.Failed, $"{port.Attachment.Device} with VLAN id {port.Attachment.VlanId} is attached to port {_wanted.First(other => other.Number == holder).Attachment.Name} already; accepted is one port for each VLAN id of a device.")
                : looked[port.Attachment.Device];
            return before.GetValueOrDefault(port.Number) is { } last && last.Condition == condition && last.Attachment == port.Attachment
                ? last with { Reason = reason }
                : new PortState(port.Number, port.Attachment, condition, reason, _clock.GetUtcNow());
        })];
        if (!now.SequenceEqual(States))
        {
            Volatile.Write(ref _states, new PublishedStates(now));
        }
    }

    private void Run()
    {
        while (!_isStopping)
        {
            Step();
            _wake.WaitOne(_period);
        }
    }

    private sealed record PublishedStates(ImmutableArray<PortState> Ports);
}
