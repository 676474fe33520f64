using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Ports.Vlan;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Workers;

namespace NetworkingSfc.Dataplane.Attachments;

/// <summary>One device and the ports that are attached to it: one port that has all of its frames, or a port for each VLAN id.</summary>
internal sealed class AttachedDevice
{
    private readonly PortDevice _device;
    private readonly WorkerGroup _workers;
    private readonly Func<PortDevice, IPort> _open;
    private readonly RetryDelay _retry;
    private readonly PortTotals _totals;

    // With what each had come to when it was attached.
    private readonly Dictionary<int, (int VlanId, AttachedPort Port, PortStatistics Before)> _attached = [];
    private IPort? _port;
    private VlanTrunk? _trunk;
    private QueuePlacement? _placement;
    private string? _openError;
    private IReadOnlyDictionary<int, int> _wanted = new Dictionary<int, int>();
    private bool _isChanged;
    private bool _hasBeenUp;

    public AttachedDevice(PortDevice device, WorkerGroup workers, Func<PortDevice, IPort> open, TimeProvider clock, PortTotals totals)
    {
        _device = device;
        _workers = workers;
        _open = open;
        _retry = new RetryDelay(clock);
        _totals = totals;
    }

    /// <summary>The ports wanted, VLAN id by number of the port; no id twice.</summary>
    public IReadOnlyDictionary<int, int> Wanted
    {
        get => _wanted;
        set => (_wanted, _isChanged) = (value, true);
    }

    /// <summary>How the device stands, and so its ports, as <see cref="Look"/> found it.</summary>
    public PortCondition Condition { get; private set; }

    /// <summary>Why it is not up; null when it is.</summary>
    public string? Reason { get; private set; }

    /// <summary>True while a worker holds on to a queue: the device can neither be closed nor opened again.</summary>
    public bool IsStuck { get; private set; }

    // Without VLANs the device's frames are the port's as they are, whatever tags they have.
    private bool IsDivided => Wanted.Values.Any(vlanId => vlanId != VlanTrunk.Untagged);

    private bool IsSettled => IsStuck || (!_isChanged && (_port is null ? !_retry.IsDue : !_port.IsLost));

    /// <summary>
    /// Detaches and closes what is not wanted. Of all devices before any takes up a port: one that moves is let go here before
    /// it is attached there. Allocates nothing when there is nothing to do.
    /// </summary>
    public void LetGo()
    {
        if (IsSettled)
        {
            return;
        }

        foreach ((int number, (int vlanId, AttachedPort _, PortStatistics _)) in _attached.ToArray())
        {
            if (!Wanted.TryGetValue(number, out int wanted) || wanted != vlanId)
            {
                Detach(number);
            }
        }

        // A port's queues can be opened once, so another port cannot have those of one that is not divided.
        if (!IsStuck && _port is not null && (Wanted.Count == 0 || IsDivided != _trunk is not null || (_trunk is null && _attached.Count == 0) || _port.IsLost))
        {
            CloseDevice(isLost: _port.IsLost);
        }
    }

    /// <summary>Opens the device and attaches the ports that are wanted. Allocates nothing when there is nothing to do.</summary>
    public void TakeUp()
    {
        if (IsSettled)
        {
            return;
        }

        _isChanged = false;
        if (Wanted.Count > 0 && (_port is not null || _retry.IsDue))
        {
            Bring();
        }
    }

    /// <summary>Finds out how the device stands, and tells the workers.</summary>
    public void Look()
    {
        if (_port is null || IsStuck)
        {
            (Condition, Reason) = (_hasBeenUp && !IsStuck ? PortCondition.Down : PortCondition.Failed, _openError);
            return;
        }

        string? fault = _port.Fault;
        CountBelow();
        foreach ((int number, (int VlanId, AttachedPort Port, PortStatistics Before) attached) in _attached)
        {
            attached.Port.IsDown = fault is not null;
            _totals.Set(number, attached.Before.Plus(attached.Port.Port.Statistics));
        }

        if (fault is null)
        {
            _hasBeenUp = true;
            _retry.Worked();
        }

        (Condition, Reason) = (fault is null ? PortCondition.Up : _hasBeenUp ? PortCondition.Down : PortCondition.Waiting, fault);
    }

    /// <summary>Detaches all ports and closes the device.</summary>
    public void Close()
    {
        Wanted = new Dictionary<int, int>();
        LetGo();
    }

    // Opens the device if it is not, and attaches the ports that are not.
    private void Bring()
    {
        try
        {
            if (_port is null)
            {
                _port = _open(_device);
                _trunk = IsDivided ? new VlanTrunk(_port) : null;
                _placement = _workers.Place(_trunk?.Port(Wanted.Values.First()) ?? _port);
            }

            foreach ((int number, int vlanId) in Wanted)
            {
                if (!_attached.ContainsKey(number))
                {
                    ReadOnlySpan<PortStatistics> totals = _totals.ByPort;
                    PortStatistics before = number < totals.Length ? totals[number] : default;
                    _attached.Add(number, (vlanId, _workers.Attach(number, _trunk?.Port(vlanId) ?? _port, _placement!), before));
                }
            }
        }
        catch (Exception refused)
        {
            // Whatever a driver throws (no descriptors left, no memory to lock) is a state of these ports and of no others.
            if (_port is not null)
            {
                CloseDevice(isLost: true);
            }
            else
            {
                _retry.Failed();
            }

            _openError = refused is PortOpenException ? refused.Message : $"The port {_device} cannot be opened: {refused.Message}";
        }
    }

    // What the trunk cannot tell the port of is counted for the first of them.
    private void CountBelow()
    {
        int first = int.MaxValue;
        foreach ((int number, (int VlanId, AttachedPort Port, PortStatistics Before) _) in _attached)
        {
            first = Math.Min(first, number);
        }

        if (_trunk is not null && _attached.TryGetValue(first, out (int VlanId, AttachedPort Port, PortStatistics Before) attached))
        {
            _attached[first] = attached with { Before = attached.Before.Plus(_trunk.TakeBelow()) };
        }
    }

    private void Detach(int number)
    {
        CountBelow();
        (_, AttachedPort attached, PortStatistics before) = _attached[number];
        if (!_workers.TryDetach(attached))
        {
            IsStuck = true;
            _openError = $"A worker has not let go of {_device} for 10 s; it can be opened again when the process has been started again.";
            return;
        }

        _attached.Remove(number);
        _totals.Set(number, before.Plus(attached.Port.Statistics));
        if (_trunk is not null)
        {
            attached.Port.Dispose();
        }
    }

    private void CloseDevice(bool isLost)
    {
        _openError = _port!.Fault ?? _openError;
        foreach (int number in _attached.Keys.ToArray())
        {
            Detach(number);
        }

        if (IsStuck)
        {
            return;
        }

        if (_placement is not null)
        {
            _workers.Release(_placement);
        }

        _port.Dispose();
        (_port, _trunk, _placement) = (null, null, null);
        if (isLost)
        {
            _retry.Failed();
        }
        else
        {
            _retry.Worked();
        }
    }
}
