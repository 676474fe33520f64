using System.Collections.Immutable;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;
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
    private ImmutableArray<WantedPort> _wanted = [];
    private Thread? _thread;
    private Action? _prepare;
    private volatile bool _isStopping;
    private readonly TaskCompletionSource _tried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PublishedStates _states = new([]);

    /// <summary>Makes a set without ports.</summary>
    /// <param name="workers">The workers that get the queues.</param>
    /// <param name="open">Opens a device; <see cref="PortDriverCatalog.Open"/> unless given.</param>
    /// <param name="clock">The time of states and of trying again.</param>
    /// <param name="totals">Where it adds up what the ports count; null for memory of its own.</param>
    public PortSet(WorkerGroup workers, Func<PortDevice, IPort>? open = null, TimeProvider? clock = null, PortTotals? totals = null)
    {
        _workers = workers;
        _open = open ?? (device => PortDriverCatalog.Open(device.Kind, device.Settings));
        _clock = clock ?? TimeProvider.System;
        Totals = totals ?? new PortTotals();
    }

    /// <summary>The state of each attached port, by number. Any thread.</summary>
    public ImmutableArray<PortState> States => Volatile.Read(ref _states).Ports;

    /// <summary>What happened on the ports below the forwarder. Any thread.</summary>
    public PortTotals Totals { get; }

    /// <summary>Ends when each port that was wanted at the start has been tried once, whether it could be opened or not.</summary>
    public Task Tried => _tried.Task;

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
        if (_isStopping)
        {
            return;
        }

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

        foreach (AttachedDevice attached in _devices.Values)
        {
            attached.LetGo();
        }

        foreach (AttachedDevice attached in _devices.Values)
        {
            attached.TakeUp();
            attached.Look();
        }

        Publish();
    }

    // The lowest port number keeps a VLAN id of a device that two ports claim.
    private void Want(SteeringDefinition definition)
    {
        Dictionary<(PortDevice Device, int VlanId), int> holders = [];
        List<int> attached = [.. Enumerable.Range(0, definition.Ports.Length).Where(number => definition.Ports[number].Attachment is not null)];
        foreach (int number in attached)
        {
            PortAttachment attachment = definition.Ports[number].Attachment!;
            _ = holders.TryAdd((attachment.Device, attachment.VlanId), number);
        }

        ILookup<PortDevice, (int VlanId, int Number)> byDevice = holders.ToLookup(holder => holder.Key.Device, holder => (holder.Key.VlanId, holder.Value));

        // What is no longer wanted is closed first: another device may want the same interface or socket.
        foreach ((PortDevice device, AttachedDevice gone) in _devices.Where(entry => !byDevice.Contains(entry.Key)).ToList())
        {
            gone.Close();
            if (!gone.IsStuck)
            {
                _devices.Remove(device);
            }
        }

        foreach (IGrouping<PortDevice, (int VlanId, int Number)> ports in byDevice)
        {
            if (!_devices.TryGetValue(ports.Key, out AttachedDevice? device))
            {
                device = new AttachedDevice(ports.Key, _workers, _open, _clock, Totals);
                _devices.Add(ports.Key, device);
            }

            device.Wanted = ports.ToDictionary(port => port.Number, port => port.VlanId);
        }

        // Equal ones stay the same object, which makes comparing them cheap.
        Dictionary<int, PortAttachment> before = _wanted.ToDictionary(port => port.Number, port => port.Attachment);
        _wanted = [.. attached.Select(WantedAt)];

        WantedPort WantedAt(int number)
        {
            PortAttachment attachment = definition.Ports[number].Attachment!;
            attachment = before.GetValueOrDefault(number) is { } last && last == attachment ? last : attachment;
            int holder = holders[(attachment.Device, attachment.VlanId)];
            return new WantedPort(number, attachment, _devices[attachment.Device], holder == number ? null
                : $"{attachment.Device} with VLAN id {attachment.VlanId} is attached to port {definition.Ports[holder].Attachment!.Name} already; accepted is one port for each VLAN id of a device.");
        }
    }

    private void Publish()
    {
        ImmutableArray<PortState> before = States;
        for (int row = 0; row < _wanted.Length || row < before.Length; row++)
        {
            if (row == before.Length || row == _wanted.Length || !_wanted[row].IsAsIn(before[row]))
            {
                Dictionary<int, PortState> byNumber = before.ToDictionary(state => state.Number);
                Volatile.Write(ref _states, new PublishedStates([.. _wanted.Select(port => port.State(byNumber.GetValueOrDefault(port.Number), _clock.GetUtcNow()))]));
                return;
            }
        }
    }

    private void Run()
    {
        while (!_isStopping)
        {
            Step();
            _tried.TrySetResult();
            _wake.WaitOne(_period);
        }
    }

    private sealed record PublishedStates(ImmutableArray<PortState> Ports);
}
