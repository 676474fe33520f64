using System.Net.Sockets;
using System.Runtime.InteropServices;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;
using NetworkingSfc.Dataplane.Ports.Memif.Interop;
using NetworkingSfc.Dataplane.Ports.Memif.Messages;

namespace NetworkingSfc.Dataplane.Ports.Memif;

/// <summary>The client's role: goes to the server's socket and brings the memory, new for each connection.</summary>
internal sealed class MemifClient(MemifSettings settings) : IMemifRendezvous
{
    private const int LongestMilliseconds = 3_000;
    private const int ShortestPauseMilliseconds = 100;
    private const int LongestPauseMilliseconds = 1_000;
    private const int CacheLineBytes = 64;
    private const int PageBytes = 4_096;

    private readonly MemifSettings _settings = settings;

    public string Missing => $"Nobody has answered at '{_settings.SocketPath}' yet; the port goes on trying.";

    /// <summary>Bytes of a client's only region: the rings to the server, those from it, and the buffers of all.</summary>
    public static long RegionBytes(MemifSettings settings, int log2RingSize) =>
        BuffersOffset(settings, log2RingSize) + (2L * settings.Rings * BufferStride(settings) << log2RingSize);

    public int PauseAfter(int failures) => Math.Min(LongestPauseMilliseconds, ShortestPauseMilliseconds << Math.Min(failures - 1, 4));

    public MemifConnection? Connect(ControlWake wake)
    {
        MemifChannel channel = Call();
        try
        {
            return Connect(channel, wake);
        }
        catch (MemifPeerException failure)
        {
            channel.End(failure.TellPeer);
            throw;
        }
        catch (IOException)
        {
            channel.Dispose();
            throw;
        }
    }

    public void RefuseFurther()
    {
    }

    public void Dispose()
    {
    }

    // Buffers at a distance of a power of two would fall into few sets of the caches.
    private static long BufferStride(MemifSettings settings) => (((settings.BufferBytes + CacheLineBytes - 1) / CacheLineBytes) | 1) * CacheLineBytes;

    private static long RingStride(int log2RingSize) => (MemifRing.BytesOf(log2RingSize) + CacheLineBytes - 1) & -CacheLineBytes;

    private static long BuffersOffset(MemifSettings settings, int log2RingSize) =>
        ((2 * settings.Rings * RingStride(log2RingSize)) + PageBytes - 1) & -PageBytes;

    private MemifChannel Call()
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(_settings.SocketPath));
            return new MemifChannel(socket);
        }
        catch (SocketException failure)
        {
            socket.Dispose();
            string reason = failure.SocketErrorCode switch
            {
                // What .NET makes of ENOENT.
                SocketError.AddressNotAvailable => "there is no such socket",
                SocketError.ConnectionRefused => "nobody listens at it",
                _ => failure.Message.TrimEnd('.'),
            };
            throw new MemifPeerException($"nobody answers at '{_settings.SocketPath}': {reason}");
        }
    }

    private MemifConnection Connect(MemifChannel channel, ControlWake wake)
    {
        long deadline = Environment.TickCount64 + LongestMilliseconds;
        Expect(channel, MemifMessageType.Hello, wake, deadline);
        int log2RingSize = Agree(HelloMessage.Read(channel.Message));
        InitMessage init = new(MemifMessage.Version, _settings.Id, InitMessage.EthernetMode);
        Ask(channel, init.Write(_settings.Secret.Span, _settings.InterfaceName), wake, deadline);

        long bytes = RegionBytes(_settings, log2RingSize);
        using FileDescriptor file = MemoryFile.Create("memif", bytes);
        if (!MemoryFile.TryKeepLength(file))
        {
            throw new IOException("the memory for the peer could not be sealed against shrinking");
        }

        MemifMemory memory = new([MemoryMapping.TryMap(file, bytes, offset: 0, populate: true, out int error)
            ?? throw new IOException($"the memory for the peer could not be mapped: {Marshal.GetPInvokeErrorMessage(error)}")]);
        List<MemifRingEnd> ends = [];
        try
        {
            Ask(channel, new AddRegionMessage(0, (ulong)bytes).Write(), wake, deadline, file);
            for (int ring = 0; ring < 2 * _settings.Rings; ring++)
            {
                ends.Add(AddRing(channel, memory, ring, log2RingSize, wake, deadline));
            }

            channel.Send(MemifMessage.Named(MemifMessageType.Connect, _settings.InterfaceName));
            Expect(channel, MemifMessageType.Connected, wake, deadline);
        }
        catch (Exception failure) when (failure is MemifPeerException or IOException)
        {
            ends.ForEach(end => end.Dispose());
            memory.Dispose();
            throw;
        }

        ends.ForEach(end => end.Ring.Start());
        return new MemifConnection(channel, memory, [.. ends[_settings.Rings..]], [.. ends[.._settings.Rings]]);
    }

    // Slots of a ring, as a power of two.
    private int Agree(in HelloMessage hello)
    {
        if (hello.MinVersion > MemifMessage.Version || hello.MaxVersion < MemifMessage.Version)
        {
            throw MemifPeerException.Broken("the version is 2.0");
        }

        // The numbers are those of the last ring.
        int most = Math.Min(hello.MaxClientToServerRing, hello.MaxServerToClientRing) + 1;
        if (most < _settings.Rings)
        {
            throw new MemifPeerException($"the server accepts {most} rings each way and this port has {_settings.Rings}", "not enough rings");
        }

        int log2RingSize = Math.Min(hello.MaxLog2RingSize, _settings.Log2RingSize);
        return log2RingSize > 0 ? log2RingSize : throw MemifPeerException.Broken("a ring has 2 slots or more");
    }

    // Rings to the server first, then those from it, as their buffers lie.
    private MemifRingEnd AddRing(MemifChannel channel, MemifMemory memory, int ring, int log2RingSize, ControlWake wake, long deadline)
    {
        bool isToServer = ring < _settings.Rings;
        long offset = ring * RingStride(log2RingSize);
        long stride = BufferStride(_settings);
        long first = BuffersOffset(_settings, log2RingSize) + (ring * stride << log2RingSize);
        MemifBuffers buffers = new((uint)first, (uint)stride, (uint)_settings.BufferBytes, 1 << log2RingSize);
        MemifRingEnd end = new(
            MemifRing.Create(memory, offset, log2RingSize, isReceiving: !isToServer, buffers), EventDescriptor.Create(), wake);
        try
        {
            ushort index = (ushort)(isToServer ? ring : ring - _settings.Rings);
            AddRingMessage message = new(isToServer, index, Region: 0, (uint)offset, (byte)log2RingSize, PrivateHeaderBytes: 0);
            Ask(channel, message.Write(), wake, deadline, end.InterruptDescriptor);
            return end;
        }
        catch (MemifPeerException)
        {
            end.Dispose();
            throw;
        }
    }

    private static void Ask(MemifChannel channel, byte[] message, ControlWake wake, long deadline, params ReadOnlySpan<FileDescriptor> descriptors)
    {
        channel.Send(message, descriptors);
        Expect(channel, MemifMessageType.Ack, wake, deadline);
    }

    private static void Expect(MemifChannel channel, MemifMessageType expected, ControlWake wake, long deadline)
    {
        MemifMessageType type = channel.Await(wake, deadline);
        if (type != expected)
        {
            throw MemifPeerException.Broken($"a message of type {(int)expected} was due, and not of type {(int)type}");
        }
    }
}
