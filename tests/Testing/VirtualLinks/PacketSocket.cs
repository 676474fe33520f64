using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace NetworkingSfc.Testing.VirtualLinks;

/// <summary>Sends and receives whole frames on an interface by a raw socket of .NET: the far end of what is tested.</summary>
public sealed class PacketSocket : IDisposable
{
    // ETH_P_ALL: every frame.
    private const ushort EveryFrame = 0x0003;
    // SOL_PACKET and PACKET_VNET_HDR.
    private const int PacketLevel = 263;
    private const int VirtioHeaderOption = 15;

    private const int ReceiveBufferBytes = 8 * 1024 * 1024;

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[2 * ushort.MaxValue];

    /// <summary>Opens a socket on an interface; needs CAP_NET_RAW.</summary>
    public PacketSocket(string interfaceName)
    {
        // No protocol before the interface is chosen: until then such a socket receives from all of them.
        _socket = new Socket(AddressFamily.Packet, SocketType.Raw, ProtocolType.Unspecified) { ReceiveBufferSize = ReceiveBufferBytes };
        _socket.Bind(new InterfaceEndPoint(interfaceName));
    }

    /// <summary>Sends a frame.</summary>
    public void Send(ReadOnlySpan<byte> frame) => _socket.Send(frame);

    /// <summary>
    /// From now on, what is sent and received begins with a <c>struct virtio_net_hdr</c> of ten bytes: frames may be left to
    /// the offloads of the interface.
    /// </summary>
    public void UseOffloadHeaders() => _socket.SetRawSocketOption(PacketLevel, VirtioHeaderOption, BitConverter.GetBytes(1));

    /// <summary>Waits for frames; gives fewer than asked for when no more come for as long as <paramref name="patience"/>.</summary>
    public IReadOnlyList<byte[]> Receive(int count, TimeSpan patience)
    {
        List<byte[]> frames = [];
        while (frames.Count < count && _socket.Poll(patience, SelectMode.SelectRead))
        {
            frames.Add(_buffer[.._socket.Receive(_buffer)]);
        }

        return frames;
    }

    public void Dispose() => _socket.Dispose();

    // struct sockaddr_ll: family (2), protocol (2, network order), interface index (4, host order), the rest unused.
    private sealed class InterfaceEndPoint(string interfaceName) : EndPoint
    {
        private const int SockaddrBytes = 20;

        public override AddressFamily AddressFamily => AddressFamily.Packet;

        public override SocketAddress Serialize()
        {
            int index = int.Parse(File.ReadAllText($"/sys/class/net/{interfaceName}/ifindex"), CultureInfo.InvariantCulture);
            SocketAddress address = new(AddressFamily.Packet, SockaddrBytes);
            BinaryPrimitives.WriteUInt16BigEndian(address.Buffer.Span[2..], EveryFrame);
            BinaryPrimitives.WriteInt32LittleEndian(address.Buffer.Span[4..], index);
            return address;
        }

        public override EndPoint Create(SocketAddress socketAddress) => this;
    }
}
