using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using NetworkingSfc.Dataplane.Ports.Linux;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports.Memif;

/// <summary>
/// The other side of a memif port in either role, written from the protocol and not from the port: control messages by their
/// offsets, rings by theirs. Honest unless asked otherwise.
/// </summary>
internal sealed class MemifPeer : IDisposable
{
    public const int MessageBytes = 128;
    public const int BufferBytes = 2048;
    public const ushort Ack = 1;
    public const ushort Hello = 2;
    public const ushort Init = 3;
    public const ushort AddRegion = 4;
    public const ushort AddRing = 5;
    public const ushort Connect = 6;
    public const ushort Connected = 7;
    public const ushort Disconnect = 8;
    public const ushort Version = 0x200;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    private readonly Socket _socket;
    private readonly List<FileDescriptor> _interrupts = [];
    private MemoryMapping? _region;

    private MemifPeer(Socket socket)
    {
        _socket = socket;
        _socket.Blocking = false;
    }

    /// <summary>Rings with frames to the port.</summary>
    public List<PeerRing> ToPort { get; } = [];

    /// <summary>Rings with frames from the port.</summary>
    public List<PeerRing> FromPort { get; } = [];

    /// <summary>What the port waits on or is woken with, in the order of the rings.</summary>
    public IReadOnlyList<FileDescriptor> Interrupts => _interrupts;

    /// <summary>All shared memory.</summary>
    public MemoryMapping Region => _region!;

    /// <summary>A client that has connected and read HELLO.</summary>
    public static MemifPeer Call(string path)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(path));
        MemifPeer peer = new(socket);
        Assert.Equal(Hello, TypeOf(peer.Receive([])));
        return peer;
    }

    /// <summary>A client with memory, rings and a connection.</summary>
    public static MemifPeer Client(string path, uint id = 0, int rings = 1, int log2Size = 10, string secret = "", bool givesUnsealed = false)
    {
        MemifPeer peer = Call(path);
        peer.Ask(InitMessage(id, secret));
        using FileDescriptor file = peer.MakeMemory(rings, log2Size, givesUnsealed);
        peer.Ask(RegionMessage(0, (ulong)peer.Region.Length), file);
        for (int ring = 0; ring < 2 * rings; ring++)
        {
            bool isToServer = ring < rings;
            FileDescriptor interrupt = EventDescriptor.Create();
            peer._interrupts.Add(interrupt);
            peer.Ask(RingMessage(isToServer, ring % rings, 0, (uint)(ring * RingBytes(log2Size)), (byte)log2Size), interrupt);
        }

        peer.Send(Message(Connect));
        Assert.Equal(Connected, TypeOf(peer.Receive([])));
        peer.FromPort.ForEach(ring => ring.HandOver());
        return peer;
    }

    /// <summary>A server that takes the next client and goes through with it.</summary>
    public static MemifPeer Server(Socket listener, int rings = 1, byte maxLog2Size = 14, uint expectedId = 0, string expectedSecret = "")
    {
        Assert.True(listener.Poll(_patience, SelectMode.SelectRead), "no client came");
        MemifPeer peer = new(listener.Accept());
        peer.Send(HelloMessage((ushort)(rings - 1), maxLog2Size));
        byte[] init = peer.Receive([]);
        Assert.Equal(Init, TypeOf(init));
        Assert.Equal((Version, expectedId, 0), (Word(init, 2), BinaryPrimitives.ReadUInt32LittleEndian(init.AsSpan(4)), init[8]));
        Assert.Equal(expectedSecret, Encoding.UTF8.GetString(init.AsSpan(9, 24)).TrimEnd('\0'));
        while (true)
        {
            peer.Send(Message(Ack));
            List<FileDescriptor> descriptors = [];
            byte[] message = peer.Receive(descriptors);
            switch (TypeOf(message))
            {
                case AddRegion:
                    using (FileDescriptor file = Assert.Single(descriptors))
                    {
                        Assert.Equal(0, Word(message, 2));
                        long size = BinaryPrimitives.ReadInt64LittleEndian(message.AsSpan(4));
                        Assert.Equal(size, MemoryFile.LengthOf(file));
                        peer._region = MemoryMapping.TryMap(file, size, 0, populate: false, out _);
                    }

                    break;
                case AddRing:
                    peer._interrupts.Add(Assert.Single(descriptors));
                    peer.AddToServer(message);
                    break;
                default:
                    Assert.Equal(Connect, TypeOf(message));
                    peer.Send(Message(Connected));
                    return peer;
            }
        }
    }

    public static byte[] Message(ushort type)
    {
        byte[] message = new byte[MessageBytes];
        BinaryPrimitives.WriteUInt16LittleEndian(message, type);
        return message;
    }

    public static byte[] HelloMessage(ushort maxRing, byte maxLog2Size, ushort version = Version)
    {
        byte[] message = Message(Hello);
        "a test"u8.CopyTo(message.AsSpan(2));
        ushort[] fields = [version, version, 15, maxRing, maxRing];
        for (int field = 0; field < fields.Length; field++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(34 + (2 * field)), fields[field]);
        }

        message[44] = maxLog2Size;
        return message;
    }

    public static byte[] InitMessage(uint id, string secret = "", ushort version = Version, byte mode = 0)
    {
        byte[] message = Message(Init);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(2), version);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(4), id);
        message[8] = mode;
        Encoding.UTF8.GetBytes(secret).CopyTo(message, 9);
        return message;
    }

    public static byte[] RegionMessage(ushort index, ulong size)
    {
        byte[] message = Message(AddRegion);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(2), index);
        BinaryPrimitives.WriteUInt64LittleEndian(message.AsSpan(4), size);
        return message;
    }

    public static byte[] RingMessage(bool isToServer, int index, ushort region, uint offset, byte log2Size)
    {
        byte[] message = Message(AddRing);
        message[2] = isToServer ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(4), (ushort)index);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(6), region);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(8), offset);
        message[12] = log2Size;
        return message;
    }

    public static ushort TypeOf(byte[] message) => Word(message, 0);

    public static string ReasonOf(byte[] message) => Encoding.UTF8.GetString(message.AsSpan(6, 96)).TrimEnd('\0');

    public static long RingBytes(int log2Size) => PeerRing.HeaderBytes + ((long)PeerRing.SlotBytes << log2Size);

    /// <summary>Sends anything. A port that has closed is no failure here: the caller sees it when it receives.</summary>
    public void Send(ReadOnlySpan<byte> message, params ReadOnlySpan<FileDescriptor> descriptors) =>
        DescriptorSocket.Send(_socket, message, descriptors);

    /// <summary>Sends and wants an ACK.</summary>
    public void Ask(byte[] message, params ReadOnlySpan<FileDescriptor> descriptors)
    {
        Send(message, descriptors);
        byte[] answer = Receive([]);
        Assert.True(TypeOf(answer) == Ack, $"type {TypeOf(answer)}: {ReasonOf(answer)}");
    }

    /// <summary>The next message; one of type 0 when the port has closed.</summary>
    public byte[] Receive(List<FileDescriptor> descriptors)
    {
        byte[] message = new byte[MessageBytes];
        Assert.True(_socket.Poll(_patience, SelectMode.SelectRead), "no message came");
        int received = DescriptorSocket.Receive(_socket, message, descriptors);
        Assert.True(received is MessageBytes or <= 0, $"a message of {received} bytes");
        return message;
    }

    /// <summary>Memory with rings and buffers as a client makes it; mapped here.</summary>
    public FileDescriptor MakeMemory(int rings, int log2Size, bool isUnsealable = false)
    {
        long buffers = 2 * rings * RingBytes(log2Size);
        long bytes = buffers + ((long)2 * rings * BufferBytes << log2Size);
        FileDescriptor file = isUnsealable ? Unsealable(bytes) : MemoryFile.Create("memif test", bytes);
        _region = MemoryMapping.TryMap(file, bytes, 0, populate: false, out _);
        for (int ring = 0; ring < 2 * rings; ring++)
        {
            PeerRing added = new(_region!, ring * RingBytes(log2Size), log2Size, isClient: true, isSending: ring < rings);
            added.Initialize(buffers + ((long)ring * BufferBytes << log2Size), BufferBytes);
            (ring < rings ? ToPort : FromPort).Add(added);
        }

        return file;
    }

    /// <summary>The frames that come, at least so many if they come at all.</summary>
    public List<byte[]> Take(int count, int ring = 0)
    {
        List<byte[]> frames = [];
        Stopwatch waited = Stopwatch.StartNew();
        do
        {
            while (FromPort[ring].TryTake(out byte[] frame, out _))
            {
                frames.Add(frame);
            }
        }
        while (frames.Count < count && waited.Elapsed < _patience);
        return frames;
    }

    public void Dispose()
    {
        _socket.Dispose();
        _region?.Dispose();
        _interrupts.ForEach(interrupt => interrupt.Dispose());
    }

    /// <summary>Memory without MFD_ALLOW_SEALING, as DPDK's and VPP's huge pages come.</summary>
    private static FileDescriptor Unsealable(long bytes)
    {
        const uint CloseOnExec = 1;
        FileDescriptor file = new(LinuxInterop.CreateMemoryFile("memif test", CloseOnExec));
        Assert.Equal(0, LinuxInterop.SetLength(file.Number, bytes));
        return file;
    }

    private static ushort Word(byte[] message, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(message.AsSpan(offset));

    private void AddToServer(byte[] message)
    {
        bool isToServer = (message[2] & 1) != 0;
        List<PeerRing> rings = isToServer ? FromPort : ToPort;
        Assert.Equal((rings.Count, 0, 0), (Word(message, 4), Word(message, 6), Word(message, 13)));
        uint offset = BinaryPrimitives.ReadUInt32LittleEndian(message.AsSpan(8));
        Assert.Equal(PeerRing.Cookie, BinaryPrimitives.ReadUInt32LittleEndian(_region!.Span(offset, 4)));
        rings.Add(new PeerRing(_region, offset, message[12], isClient: false, isSending: !isToServer));
    }
}
