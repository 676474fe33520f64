using System.Buffers.Binary;
using System.Diagnostics;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;
using NetworkingSfc.Dataplane.Ports.VhostUser;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports.VhostUser;

/// <summary>A well-behaved guest: front end and virtio network driver in one, over rings of its own.</summary>
internal sealed class VhostUserGuest : IDisposable
{
    public const int BufferBytes = 2_048;
    public const ulong Version1 = 1UL << 32;
    public const ulong Mergeable = 1UL << 15;
    public const ulong IndirectDescriptors = 1UL << 28;
    public const ulong EventIndex = 1UL << 29;
    public const ulong ProtocolFeatures = 1UL << 30;
    public const ulong UsualFeatures = Version1 | Mergeable | IndirectDescriptors | ProtocolFeatures;

    private readonly ulong[][] _buffers;
    private readonly ushort[] _next;
    private readonly ulong _features;

    /// <summary>Makes the rings; <see cref="Start"/> does the rest.</summary>
    /// <param name="frontEnd">The connection, disposed with the guest.</param>
    /// <param name="pairs">Pairs of queues.</param>
    /// <param name="size">Descriptors of each ring.</param>
    /// <param name="features">What it takes of the offered features.</param>
    /// <param name="offered">Receive buffers offered; all there are unless given.</param>
    public VhostUserGuest(FrontEnd frontEnd, int pairs = 1, int size = 512, ulong features = UsualFeatures, int offered = -1)
    {
        FrontEnd = frontEnd;
        _features = features;
        Rings = [.. Enumerable.Range(0, 2 * pairs).Select(_ => new GuestRing(Memory, size))];
        Calls = [.. Rings.Select(_ => EventDescriptor.Create())];
        _next = new ushort[Rings.Length];
        _buffers = [.. Rings.Select(_ => Enumerable.Range(0, size).Select(_ => Memory.Allocate(BufferBytes)).ToArray())];
        for (int number = 0; number < Rings.Length; number += 2)
        {
            OfferBuffers(number, offered < 0 ? size : offered);
        }
    }

    public GuestMemoryFile Memory { get; } = new();

    public FrontEnd FrontEnd { get; private set; }

    /// <summary>Even ones carry frames to the guest, odd ones from it.</summary>
    public GuestRing[] Rings { get; }

    /// <summary>What the guest is interrupted by, one for each ring.</summary>
    public FileDescriptor[] Calls { get; }

    public int HeaderBytes => (_features & (Version1 | Mergeable)) != 0 ? 12 : 10;

    /// <summary>Negotiates and starts the rings, as QEMU does it.</summary>
    public void Start(int enabledPairs = -1)
    {
        FrontEnd.Send(FrontEndRequest.SetOwner, []);
        Assert.Equal(_features, _features & FrontEnd.AskNumber(FrontEndRequest.GetFeatures));
        FrontEnd.Send(FrontEndRequest.SetProtocolFeatures, FrontEnd.AskNumber(FrontEndRequest.GetProtocolFeatures));
        FrontEnd.Send(FrontEndRequest.SetFeatures, _features);
        ShareMemory();
        for (int number = 0; number < Rings.Length; number++)
        {
            StartRing(number);
            if ((_features & ProtocolFeatures) != 0)
            {
                Enable(number, enabledPairs < 0 || number < 2 * enabledPairs);
            }
        }
    }

    public void ShareMemory() => Assert.Equal(0UL, FrontEnd.Acknowledged(
        (int)FrontEndRequest.SetMemoryTable, GuestMemoryFile.TablePayload(GuestMemoryFile.Table), Memory.File, Memory.File));

    public void StartRing(int number)
    {
        GuestRing ring = Rings[number];
        FrontEnd.Send(FrontEndRequest.SetRingSize, Pair(number, ring.Size));
        FrontEnd.Send(FrontEndRequest.SetRingBase, Pair(number, 0));
        byte[] addresses = new byte[40];
        BinaryPrimitives.WriteInt32LittleEndian(addresses, number);
        BinaryPrimitives.WriteUInt64LittleEndian(addresses.AsSpan(8), GuestMemoryFile.UserAddress(ring.Descriptors));
        BinaryPrimitives.WriteUInt64LittleEndian(addresses.AsSpan(16), GuestMemoryFile.UserAddress(ring.Used));
        BinaryPrimitives.WriteUInt64LittleEndian(addresses.AsSpan(24), GuestMemoryFile.UserAddress(ring.Available));
        FrontEnd.Send(FrontEndRequest.SetRingAddresses, addresses);
        FrontEnd.Send(FrontEndRequest.SetRingCall, (ulong)number, Calls[number]);
        using FileDescriptor kick = EventDescriptor.Create();
        Assert.Equal(0UL, FrontEnd.Acknowledged((int)FrontEndRequest.SetRingKick, BitConverter.GetBytes((ulong)number), kick));
    }

    public void Enable(int number, bool isEnabled) => Assert.Equal(0UL, FrontEnd.Acknowledged(
        (int)FrontEndRequest.SetRingEnabled, Pair(number, isEnabled ? 1 : 0)));

    /// <summary>GET_VRING_BASE: the ring stops.</summary>
    /// <returns>How far it came.</returns>
    public int StopRing(int number)
    {
        byte[] state = FrontEnd.Ask(FrontEndRequest.GetRingBase, Pair(number, 0));
        Assert.Equal(number, BinaryPrimitives.ReadInt32LittleEndian(state));
        return BinaryPrimitives.ReadInt32LittleEndian(state.AsSpan(4));
    }

    /// <summary>Comes back over a new connection, as after a restart of either side.</summary>
    public void StartAgain(FrontEnd frontEnd)
    {
        FrontEnd.Dispose();
        FrontEnd = frontEnd;
        Start();
    }

    /// <summary>Starts with empty rings, as a guest that was rebooted.</summary>
    public void Reboot()
    {
        for (int number = 0; number < Rings.Length; number++)
        {
            Rings[number].Clear();
            _next[number] = 0;
            if (number % 2 == 0)
            {
                OfferBuffers(number, Rings[number].Size);
            }
        }
    }

    /// <summary>Sends a frame in one buffer. At most as many as the ring has descriptors, if the port takes none.</summary>
    public void Send(ReadOnlySpan<byte> frame, int number = 1, byte flags = 0, byte segmentation = 0)
    {
        ushort head = (ushort)(_next[number]++ % Rings[number].Size);
        ulong buffer = _buffers[number][head];
        Span<byte> bytes = Memory.Bytes(buffer, HeaderBytes + frame.Length);
        bytes[..HeaderBytes].Clear();
        (bytes[0], bytes[1]) = (flags, segmentation);
        frame.CopyTo(bytes[HeaderBytes..]);
        Rings[number].SetDescriptor(head, buffer, (uint)bytes.Length, flags: 0);
        Rings[number].Offer(head);
    }

    /// <summary>Sends a frame in a chain of pieces of the given lengths, header first; the last piece takes the rest.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="lengths">Bytes of each piece but the last.</param>
    /// <param name="direct">Pieces with a descriptor in the ring; the others are in an indirect table behind them.</param>
    public void SendChain(byte[] frame, int[] lengths, int direct = int.MaxValue)
    {
        const int Number = 1;
        KeepFromSending(lengths.Length + 1);
        byte[] bytes = [.. new byte[HeaderBytes], .. frame];
        ulong buffer = _buffers[Number][0];
        ulong table = Memory.Allocate(16 * (lengths.Length + 1));
        int pieces = lengths.Length + 1;
        Memory.Write(buffer, bytes);
        for (int piece = 0, offset = 0; piece < pieces; piece++)
        {
            int length = piece < lengths.Length ? lengths[piece] : bytes.Length - offset;
            ulong at = piece < direct ? Rings[Number].Descriptors + (16 * (ulong)piece) : table + (16 * (ulong)(piece - direct));
            int next = piece < direct ? piece + 1 : piece - direct + 1;
            Rings[Number].WriteDescriptor(at, buffer + (ulong)offset, (uint)length, piece < pieces - 1 ? GuestRing.Next : (ushort)0, (ushort)next);
            offset += length;
        }

        if (direct < pieces)
        {
            Rings[Number].SetDescriptor(direct, table, (uint)(16 * (pieces - direct)), GuestRing.Indirect);
        }

        Rings[Number].Offer(0);
    }

    /// <summary>Keeps the first descriptors for a test that writes them itself.</summary>
    public void KeepFromSending(int count) => _next[1] = (ushort)count;

    /// <summary>Takes the frames that have come, at least so many if they come at all, with the number of buffers of each.</summary>
    public List<(byte[] Frame, int Buffers)> Take(int count, int number = 0, bool offersAgain = false)
    {
        List<(byte[], int)> frames = [];
        List<byte> frame = [];
        int buffers = 0;
        int left = 0;
        Stopwatch waited = Stopwatch.StartNew();
        while (frames.Count < count && waited.Elapsed < TimeSpan.FromSeconds(2))
        {
            while (Rings[number].TryTakeUsed(out uint head, out uint length))
            {
                byte[] bytes = Memory.Read(_buffers[number][head], (int)length);
                if (offersAgain)
                {
                    Rings[number].Offer((ushort)head);
                }

                if (left == 0)
                {
                    buffers = left = HeaderBytes == 12 ? BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(10)) : 1;
                    bytes = bytes[HeaderBytes..];
                    frame.Clear();
                }

                frame.AddRange(bytes);
                if (--left == 0)
                {
                    frames.Add(([.. frame], buffers));
                }
            }
        }

        return frames;
    }

    /// <summary>Address of a buffer.</summary>
    public ulong Buffer(int number, int index) => _buffers[number][index];

    public void Dispose()
    {
        FrontEnd.Dispose();
        Memory.Dispose();
        foreach (FileDescriptor call in Calls)
        {
            call.Dispose();
        }
    }

    public static byte[] Pair(int first, int second) => [.. BitConverter.GetBytes(first), .. BitConverter.GetBytes(second)];

    private void OfferBuffers(int number, int count)
    {
        for (int index = 0; index < count; index++)
        {
            Rings[number].SetDescriptor(index, _buffers[number][index], BufferBytes, GuestRing.Write);
            Rings[number].Offer((ushort)index);
        }
    }
}
