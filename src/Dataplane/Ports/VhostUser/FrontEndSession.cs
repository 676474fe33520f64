using System.Buffers.Binary;
using System.Numerics;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;
using NetworkingSfc.Dataplane.Ports.VhostUser.Interop;

namespace NetworkingSfc.Dataplane.Ports.VhostUser;

/// <summary>
/// What one front end has negotiated and set up, and how its requests are answered. Its control thread only.
/// </summary>
/// <remarks>
/// Of the protocol features there are several queues (MQ) and acknowledgements (REPLY_ACK). The others are for live
/// migration (LOG_SHMFD, RARP, PAGEFAULT), requests of the back end, of which there are none (BACKEND_REQ and what needs
/// it), an MTU or a configuration space that Neutron sets elsewhere, other devices, and chains in flight (INFLIGHT_SHMFD),
/// of which there are none either.
/// </remarks>
internal sealed class FrontEndSession : IDisposable
{
    private const ulong MultiQueue = 1UL << 0;
    private const ulong ReplyAcknowledgement = 1UL << 3;
    private const ulong OfferedProtocol = MultiQueue | ReplyAcknowledgement;

    private static readonly FrontEndRequest[] _withoutPayload =
        [FrontEndRequest.GetFeatures, FrontEndRequest.SetOwner, FrontEndRequest.ResetOwner, FrontEndRequest.GetProtocolFeatures, FrontEndRequest.GetQueueCount];

    private readonly FrontEndSocket _socket;
    private readonly VirtQueue[] _queues;
    private readonly VirtioFeatures _offered;
    private VirtioFeatures _features;
    private ulong _protocol;
    private GuestMemory? _memory;

    /// <summary>Begins a session.</summary>
    /// <param name="socket">The connection, whose owner is the caller.</param>
    /// <param name="queues">The device's queues, an even number.</param>
    public FrontEndSession(FrontEndSocket socket, VirtQueue[] queues)
    {
        _socket = socket;
        _queues = queues;
        _offered = VirtioFeatures.Offered(queues.Length / 2);
    }

    /// <summary>True when the front end has cut off the memory that it shared.</summary>
    public bool LostMemory => _memory is { WasTruncated: true };

    /// <summary>Does what the message asks for that the socket has read, and answers it.</summary>
    /// <returns>Why the connection cannot go on; null when it can.</returns>
    public string? Handle()
    {
        bool acknowledges = (_protocol & ReplyAcknowledgement) != 0 && FrontEndMessage.WantsAcknowledgement(_socket.Flags);
        bool isKnown = Enum.IsDefined((FrontEndRequest)_socket.Request);
        ulong? answer = null;
        string? refusal = isKnown ? CheckForm() ?? Execute(out answer) : $"it sent request {_socket.Request}, which was not negotiated";

        // GET_VRING_BASE has answered itself.
        if ((FrontEndRequest)_socket.Request == FrontEndRequest.GetRingBase && refusal is null)
        {
            return null;
        }

        if (answer is null && acknowledges)
        {
            answer = refusal is null ? 0UL : 1UL;

            // Who asks in this way whether something is known takes no for an answer.
            refusal = isKnown ? refusal : null;
        }

        return answer is { } number && !_socket.TryReply(number) ? refusal ?? "it takes no answers" : refusal;
    }

    /// <summary>Ends the session: no ring is used after, and the guest's memory is given up.</summary>
    public void Dispose()
    {
        foreach (VirtQueue queue in _queues)
        {
            queue.Reset();
        }

        _memory?.Dispose();
    }

    // Length of the payload and number of descriptors; what is in them is for each request to check.
    private string? CheckForm()
    {
        FrontEndRequest request = (FrontEndRequest)_socket.Request;
        ReadOnlySpan<byte> payload = _socket.Payload;
        int files = 0;
        int length;
        switch (request)
        {
            case FrontEndRequest.SetMemoryTable:
                files = payload.Length >= sizeof(ulong) ? (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(payload), int.MaxValue) : 0;
                if (files is 0 or > GuestMemory.MaxRegions)
                {
                    return $"it sent a memory table of {files} regions; accepted are 1 to {GuestMemory.MaxRegions}";
                }

                length = sizeof(ulong) + (files * FrontEndMessage.RegionBytes);
                break;
            case FrontEndRequest.SetRingKick or FrontEndRequest.SetRingCall or FrontEndRequest.SetRingError:
                length = sizeof(ulong);
                files = payload.Length == length && (Number(payload) & FrontEndMessage.WithoutDescriptor) == 0 ? 1 : 0;
                break;
            case FrontEndRequest.SetRingAddresses:
                length = 40;
                break;
            default:
                length = _withoutPayload.Contains(request) ? 0 : sizeof(ulong);
                break;
        }

        return payload.Length == length && _socket.Files.Count == files
            ? null
            : $"it sent request {_socket.Request} with {payload.Length} bytes and {_socket.Files.Count} descriptors; accepted are {length} and {files}";
    }

    private string? Execute(out ulong? answer)
    {
        ReadOnlySpan<byte> payload = _socket.Payload;
        answer = null;
        switch ((FrontEndRequest)_socket.Request)
        {
            case FrontEndRequest.GetFeatures:
                answer = _offered.Bits;
                return null;
            case FrontEndRequest.GetProtocolFeatures:
                answer = OfferedProtocol;
                return null;
            case FrontEndRequest.GetQueueCount:
                answer = (ulong)_queues.Length / 2;
                return null;
            case FrontEndRequest.SetFeatures:
                return SetFeatures(new VirtioFeatures(Number(payload)));
            case FrontEndRequest.SetProtocolFeatures:
                return SetProtocol(Number(payload));
            case FrontEndRequest.SetMemoryTable:
                return SetMemory(payload);
            case FrontEndRequest.SetOwner:
                return null;
            case FrontEndRequest.ResetOwner:
                Array.ForEach(_queues, queue => queue.SetEnabled(false));
                return null;
            default:
                // The rest is about one ring, whose number comes first.
                uint number = BinaryPrimitives.ReadUInt32LittleEndian(payload) & (IsDescriptorRequest ? 0xffu : uint.MaxValue);
                return number < _queues.Length
                    ? ExecuteForRing(_queues[number], payload)
                    : $"it named ring {number}; accepted are 0 to {_queues.Length - 1}";
        }
    }

    private bool IsDescriptorRequest =>
        (FrontEndRequest)_socket.Request is FrontEndRequest.SetRingKick or FrontEndRequest.SetRingCall or FrontEndRequest.SetRingError;

    private string? ExecuteForRing(VirtQueue queue, ReadOnlySpan<byte> payload)
    {
        uint value = BinaryPrimitives.ReadUInt32LittleEndian(payload[sizeof(uint)..]);
        switch ((FrontEndRequest)_socket.Request)
        {
            case FrontEndRequest.SetRingSize:
                if (value > SplitRing.MaxSize || !BitOperations.IsPow2(value))
                {
                    return $"it asked for a ring of {value} descriptors; accepted are powers of two up to {SplitRing.MaxSize}";
                }

                queue.SetSize((int)value);
                return Renew(queue);
            case FrontEndRequest.SetRingAddresses:
                queue.SetAddresses(new VringAddresses(Number(payload[8..]), Used: Number(payload[16..]), Available: Number(payload[24..])));
                return Renew(queue);
            case FrontEndRequest.SetRingBase:
                // Chains are given back in order and none is in flight, so the ring itself says where to go on.
                return null;
            case FrontEndRequest.GetRingBase:
                queue.Stop();
                return Reply(payload, queue.Position);
            case FrontEndRequest.SetRingKick:
                queue.Start();
                if (!_features.Has(VirtioFeatures.ProtocolFeatures))
                {
                    queue.SetEnabled(true);
                }

                return Renew(queue);
            case FrontEndRequest.SetRingCall:
                queue.SetCall(TakeFile());
                return null;
            case FrontEndRequest.SetRingError:
                queue.SetError(TakeFile());
                return null;
            default:
                queue.SetEnabled(value != 0);
                return null;
        }
    }

    private string? SetFeatures(VirtioFeatures asked)
    {
        if ((asked.Bits & ~_offered.Bits) != 0)
        {
            return $"it asked for the features 0x{asked.Bits:x}; accepted are those of 0x{_offered.Bits:x}";
        }

        _features = asked;
        return RenewAll();
    }

    private string? SetProtocol(ulong asked)
    {
        if ((asked & ~OfferedProtocol) != 0)
        {
            return $"it asked for the protocol features 0x{asked:x}; accepted are those of 0x{OfferedProtocol:x}";
        }

        _protocol = asked;
        return null;
    }

    private string? SetMemory(ReadOnlySpan<byte> payload)
    {
        Span<GuestRegion> table = stackalloc GuestRegion[_socket.Files.Count];
        for (int index = 0; index < table.Length; index++)
        {
            ReadOnlySpan<byte> region = payload.Slice(sizeof(ulong) + (index * FrontEndMessage.RegionBytes), FrontEndMessage.RegionBytes);
            table[index] = new GuestRegion(Number(region), Number(region[8..]), Number(region[16..]), Number(region[24..]));
        }

        if (GuestMemory.TryMap(table, _socket.Files, out string refusal) is not { } memory)
        {
            return $"it shared {refusal}";
        }

        // Rings refer to the old memory until they are taken away, one after the other, each within a burst's time.
        Array.ForEach(_queues, queue => queue.Detach());
        _memory?.Dispose();
        _memory = memory;
        return RenewAll();
    }

    private string? RenewAll()
    {
        foreach (VirtQueue queue in _queues)
        {
            if (Renew(queue) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    // A ring that runs is found again when something of it changes; one that is not complete yet stays without.
    private string? Renew(VirtQueue queue)
    {
        queue.Detach();
        return queue.TryAttach(_memory, _features) ? null : "it started a ring that is not in the memory it shared";
    }

    private string? Reply(ReadOnlySpan<byte> payload, uint value)
    {
        Span<byte> state = stackalloc byte[2 * sizeof(uint)];
        payload[..sizeof(uint)].CopyTo(state);
        BinaryPrimitives.WriteUInt32LittleEndian(state[sizeof(uint)..], value);
        return _socket.TryReply(state) ? null : "it takes no answers";
    }

    private FileDescriptor? TakeFile()
    {
        if (_socket.Files.Count == 0)
        {
            return null;
        }

        FileDescriptor file = _socket.Files[0];
        _socket.Files.Clear();
        EventDescriptor.SetNonBlocking(file);
        return file;
    }

    private static ulong Number(ReadOnlySpan<byte> payload) => BinaryPrimitives.ReadUInt64LittleEndian(payload);
}
