using System.Buffers.Binary;
using System.Net.Sockets;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;
using NetworkingSfc.Dataplane.Ports.VhostUser;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports.VhostUser;

/// <summary>The socket of a front end: requests with payload and descriptors, and the replies to them.</summary>
internal sealed class FrontEnd(Socket socket) : IDisposable
{
    public const uint Version = 1;
    public const uint NeedReply = 8;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    public static FrontEnd Connect(string path)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(path));
        return new FrontEnd(socket);
    }

    /// <summary>True when the back end has closed the connection.</summary>
    public bool IsClosed => socket.Poll(_patience, SelectMode.SelectRead) && Receive(new byte[1]) <= 0;

    public void Send(FrontEndRequest request, ReadOnlySpan<byte> payload, params ReadOnlySpan<FileDescriptor> files) =>
        Send((int)request, Version, payload.Length, payload, files);

    public void Send(FrontEndRequest request, ulong number, params ReadOnlySpan<FileDescriptor> files) =>
        Send(request, BitConverter.GetBytes(number), files);

    /// <summary>Sends a message whose header may say anything. False when the back end has closed.</summary>
    public bool Send(int request, uint flags, int announced, ReadOnlySpan<byte> payload, params ReadOnlySpan<FileDescriptor> files)
    {
        byte[] message = new byte[12 + payload.Length];
        BinaryPrimitives.WriteInt32LittleEndian(message, request);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(4), flags);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(8), announced);
        payload.CopyTo(message.AsSpan(12));
        return SendBytes(message, files);
    }

    public bool SendBytes(ReadOnlySpan<byte> bytes, params ReadOnlySpan<FileDescriptor> files) =>
        DescriptorSocket.Send(socket, bytes, files) == bytes.Length;

    public byte[] Ask(FrontEndRequest request, ReadOnlySpan<byte> payload = default)
    {
        Send(request, payload);
        return ReadReply((int)request);
    }

    public ulong AskNumber(FrontEndRequest request) => BitConverter.ToUInt64(Ask(request));

    /// <summary>Sends a request that wants to be acknowledged.</summary>
    /// <returns>0 for success.</returns>
    public ulong Acknowledged(int request, ReadOnlySpan<byte> payload, params ReadOnlySpan<FileDescriptor> files)
    {
        Send(request, Version | NeedReply, payload.Length, payload, files);
        return BitConverter.ToUInt64(ReadReply(request));
    }

    public void Dispose() => socket.Dispose();

    private byte[] ReadReply(int request)
    {
        byte[] header = ReadExactly(12);
        Assert.Equal(request, BinaryPrimitives.ReadInt32LittleEndian(header));
        Assert.Equal(5u, BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(4)));
        return ReadExactly(BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(8)));
    }

    private byte[] ReadExactly(int count)
    {
        byte[] bytes = new byte[count];
        for (int have = 0; have < count;)
        {
            Assert.True(socket.Poll(_patience, SelectMode.SelectRead), "no reply came");
            int received = Receive(bytes.AsSpan(have));
            Assert.True(received > 0, "the back end closed the connection instead of replying");
            have += received;
        }

        return bytes;
    }

    private int Receive(Span<byte> bytes)
    {
        try
        {
            return socket.Receive(bytes);
        }
        catch (SocketException)
        {
            // Closed with messages unread.
            return -1;
        }
    }
}
