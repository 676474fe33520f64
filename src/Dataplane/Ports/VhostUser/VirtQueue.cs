using NetworkingSfc.Dataplane.Ports.Linux.Interop;
using NetworkingSfc.Dataplane.Ports.VhostUser.Interop;

namespace NetworkingSfc.Dataplane.Ports.VhostUser;

/// <summary>
/// A queue of the virtio device that the port is to its guest. The control thread sets it up as the front end says; a
/// worker moves frames through its ring. Even numbers carry frames to the guest, odd ones from it.
/// </summary>
/// <remarks>
/// <see cref="Ring"/> and what a worker uses with it change under <see cref="Gate"/> only. A chain is given back in the
/// burst that takes it, so nothing is in flight between two bursts and a ring can be taken away at any time.
/// </remarks>
/// <param name="number">Number of the queue.</param>
/// <param name="requestService">Wakes the control thread, which serves <see cref="TakeRequest"/>.</param>
internal sealed class VirtQueue(int number, Action requestService)
{
    private readonly Action _requestService = requestService;
    private readonly string _impossibleIndex = $"in ring {number} more chains are available than it has descriptors";
    private readonly string _impossibleHead = $"in ring {number} a chain begins with a descriptor that does not exist";
    private VringAddresses _addresses;
    private int _size;
    private bool _hasAddresses;
    private bool _hasCall;
    private FileDescriptor? _call;
    private FileDescriptor? _error;
    private int _request;
    private string? _fault;

    /// <summary>Keeps the control thread out of a burst, and one worker out of another's.</summary>
    public BurstGate Gate { get; } = new();

    /// <summary>The ring, or null while there is none.</summary>
    public SplitRing? Ring { get; private set; }

    /// <summary>Next position in the ring.</summary>
    public ushort Position { get; set; }

    /// <summary>Bytes of the header before each frame.</summary>
    public int NetHeaderBytes { get; private set; }

    /// <summary>Whether a frame may fill several chains.</summary>
    public bool HasMergeableBuffers { get; private set; }

    /// <summary>Whether the guest uses the queue. Frames from one that is disabled are thrown away (vhost-user, "Ring states").</summary>
    public bool IsEnabled { get; private set; }

    /// <summary>Whether frames can move.</summary>
    public bool IsRunning => Ring is not null && IsEnabled;

    /// <summary>Which rule the guest broke so that the ring had to be stopped; null while it is in order.</summary>
    public string? Fault => Volatile.Read(ref _fault);

    /// <summary>Frames moved.</summary>
    public long Packets { get; set; }

    /// <summary>Frames that no slot can hold.</summary>
    public long Oversize { get; set; }

    /// <summary>Frames thrown away because the queue is disabled.</summary>
    public long Lost { get; set; }

    /// <summary>Frames that no buffer of the guest can hold.</summary>
    public long Refused { get; set; }

    /// <summary>Chains and frames against the rules.</summary>
    public long Invalid { get; set; }

    /// <summary>Set by SET_VRING_KICK: the ring may be used.</summary>
    public bool IsStarted { get; private set; }

    /// <summary>Gives chains back to the guest up to a position, and sees that it is told when it wants that. Under the gate.</summary>
    public void Publish(SplitRing ring, ushort position)
    {
        ushort before = Position;
        Position = position;
        ring.Publish(position);
        if (_hasCall && ring.WantsInterrupt(before, position))
        {
            Request(ServiceRequest.Interrupt);
        }
    }

    /// <summary>Stops the ring because of its available index. Under the gate.</summary>
    public void BreakForIndex() => Break(_impossibleIndex);

    /// <summary>Stops the ring because of a number of a descriptor, which cannot be given back. Under the gate.</summary>
    public void BreakForHead() => Break(_impossibleHead);

    /// <summary>SET_VRING_NUM.</summary>
    public void SetSize(int size) => _size = size;

    /// <summary>SET_VRING_ADDR.</summary>
    public void SetAddresses(VringAddresses addresses) => (_addresses, _hasAddresses) = (addresses, true);

    /// <summary>SET_VRING_CALL: takes over how the guest is interrupted, or null.</summary>
    public void SetCall(FileDescriptor? call)
    {
        _call?.Dispose();
        _call = call;
        _hasCall = call is not null;
        if (Ring is not null)
        {
            // Chains may have been given back while there was nobody to tell.
            Request(ServiceRequest.Interrupt);
        }
    }

    /// <summary>SET_VRING_ERR: takes over how the front end is told that the ring was stopped, or null.</summary>
    public void SetError(FileDescriptor? error)
    {
        _error?.Dispose();
        _error = error;
    }

    /// <summary>SET_VRING_ENABLE.</summary>
    public void SetEnabled(bool isEnabled)
    {
        Gate.Close();
        IsEnabled = isEnabled;
        Gate.Leave();
    }

    /// <summary>SET_VRING_KICK. We poll, so only that it came matters.</summary>
    public void Start()
    {
        IsStarted = true;
        Volatile.Write(ref _fault, null);
    }

    /// <summary>GET_VRING_BASE and the end of a connection: no frame moves until the next start.</summary>
    public void Stop()
    {
        IsStarted = false;
        Detach();
    }

    /// <summary>Takes the ring away from workers.</summary>
    public void Detach()
    {
        Gate.Close();
        Ring = null;
        Gate.Leave();
    }

    /// <summary>Hands the ring to workers, if the front end has said all that is needed.</summary>
    /// <param name="memory">The guest's memory, or null.</param>
    /// <param name="features">What was negotiated.</param>
    /// <returns>False when the ring is not in the memory.</returns>
    public bool TryAttach(GuestMemory? memory, VirtioFeatures features)
    {
        if (!IsStarted || !_hasAddresses || _size == 0 || memory is null || Fault is not null)
        {
            return true;
        }

        if (SplitRing.TryCreate(memory, _addresses, _size, features) is not { } ring)
        {
            return false;
        }

        Gate.Close();
        NetHeaderBytes = features.NetHeaderBytes;
        HasMergeableBuffers = features.Has(VirtioFeatures.MergeableBuffers);

        // Nothing was left in flight, so what has been given back is where to go on, also after a crash of either side.
        Position = ring.UsedIndex;
        Ring = ring;
        Gate.Leave();
        return true;
    }

    /// <summary>The end of a connection: everything is as at first, but for the counters.</summary>
    public void Reset()
    {
        Stop();
        SetEnabled(false);
        SetCall(null);
        SetError(null);
        (_size, _hasAddresses, Position) = (0, false, 0);
        Volatile.Write(ref _fault, null);
    }

    /// <summary>Does what workers have asked for. The control thread only: a guest's descriptor can make a write wait.</summary>
    public void TakeRequest()
    {
        int request = Interlocked.Exchange(ref _request, 0);
        Signal(request, ServiceRequest.Interrupt, _call);
        Signal(request, ServiceRequest.Error, _error);
    }

    private static void Signal(int request, int wanted, FileDescriptor? descriptor)
    {
        if ((request & wanted) != 0 && descriptor is not null)
        {
            EventDescriptor.Signal(descriptor);
        }
    }

    private void Break(string reason)
    {
        Invalid++;
        Ring = null;
        Volatile.Write(ref _fault, reason);
        Request(ServiceRequest.Error);
    }

    private void Request(int wanted)
    {
        if ((Interlocked.Or(ref _request, wanted) & wanted) == 0)
        {
            _requestService();
        }
    }

    private static class ServiceRequest
    {
        public const int Interrupt = 1;
        public const int Error = 2;
    }
}
