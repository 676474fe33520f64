using System.Buffers.Binary;
using System.Runtime.InteropServices;
using NetworkingSfc.Dataplane.Ports.Linux;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;

namespace NetworkingSfc.Dataplane.Ports.AfPacket.Interop;

/// <summary>A raw packet socket (packet(7)) and its options, with the sentence for each that the kernel refuses.</summary>
internal sealed unsafe class PacketSocket : IDisposable
{
    /// <summary>PACKET_RX_RING.</summary>
    public const int ReceiveRingOption = 5;

    /// <summary>PACKET_VERSION.</summary>
    public const int VersionOption = 10;

    /// <summary>PACKET_TX_RING.</summary>
    public const int TransmitRingOption = 13;

    /// <summary>PACKET_VNET_HDR: a <see cref="Offload.VirtioNetHeader"/> before each frame.</summary>
    public const int VirtioHeaderOption = 15;

    /// <summary>PACKET_QDISC_BYPASS.</summary>
    public const int QdiscBypassOption = 20;

    /// <summary>PACKET_IGNORE_OUTGOING, from Linux 4.20 on.</summary>
    public const int IgnoreOutgoingOption = 23;

    /// <summary>ETH_P_ALL: every frame.</summary>
    public const ushort EveryFrame = 3;

    private const int PacketLevel = 263;
    private const int AddMembershipOption = 1;
    private const int StatisticsOption = 6;
    private const int FanoutOption = 18;
    private const int FanoutByFlow = 0 << 16;
    private const int FanoutNewGroup = 0x2000 << 16;
    private const int FanoutGroupMask = 0xffff;

    private const int SocketLevel = 1;
    private const int AttachFilterOption = 26;
    private const int DetachFilterOption = 27;
    private const int SendBufferForceOption = 32;

    private readonly FileDescriptor _descriptor;
    private readonly string _interface;

    /// <summary>Opens a socket that receives nothing yet.</summary>
    /// <exception cref="PortOpenException">The process may not.</exception>
    public PacketSocket(string interfaceName)
    {
        _interface = interfaceName;
        _descriptor = new FileDescriptor(SocketCalls.Create(SocketCalls.Packet, SocketCalls.Raw | SocketCalls.CloseOnExec, 0));
        if (_descriptor.IsInvalid)
        {
            int error = Marshal.GetLastPInvokeError();
            throw error == LinuxError.NotPermitted
                ? new PortOpenException($"The interface '{interfaceName}' cannot be opened: this process may not open packet sockets; accepted is one that runs as root or has the capability CAP_NET_RAW.")
                : Refused("a packet socket", error);
        }
    }

    /// <summary>Sets an option that is a number.</summary>
    /// <exception cref="PortOpenException">The kernel refuses.</exception>
    public void Set(int option, int value, string what) => Require(SetOption(PacketLevel, option, &value, sizeof(int)), what);

    /// <summary>Makes a ring.</summary>
    /// <param name="option">Which one.</param>
    /// <param name="request">A <c>struct tpacket_req3</c>, or the first four numbers of it for the older versions.</param>
    /// <returns>Its memory.</returns>
    /// <exception cref="PortOpenException">The kernel refuses, for want of memory.</exception>
    public MemoryMapping MakeRing(int option, ReadOnlySpan<uint> request)
    {
        fixed (uint* numbers = request)
        {
            Require(
                SetOption(PacketLevel, option, numbers, (uint)request.Length * sizeof(uint)),
                $"a ring of {request[1]} blocks of {request[0]} bytes");
        }

        return MemoryMapping.TryMap(_descriptor, (long)request[0] * request[1], 0, populate: true, out int error)
            ?? throw Refused("the memory of a ring", error);
    }

    /// <summary>Asks for a larger send buffer than users may have; without the right to, the usual one has to do.</summary>
    public void TrySetSendBuffer(int bytes) => _ = SetOption(SocketLevel, SendBufferForceOption, &bytes, sizeof(int));

    /// <summary>Binds the socket to the interface.</summary>
    /// <param name="index">Its number.</param>
    /// <param name="protocol">What is received, in host order; 0 for nothing.</param>
    /// <exception cref="PortOpenException">The interface has gone.</exception>
    public void Bind(int index, ushort protocol)
    {
        // struct sockaddr_ll: family (2), protocol (2, network order), interface index (4), the rest unused.
        const int AddressBytes = 20;
        byte* address = stackalloc byte[AddressBytes];
        Span<byte> bytes = new(address, AddressBytes);
        bytes.Clear();
        *(ushort*)address = SocketCalls.Packet;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], protocol);
        *(int*)(address + 4) = index;
        Require(SocketCalls.Bind(_descriptor.Number, address, AddressBytes), "binding");
    }

    /// <summary>Receives frames for all addresses, as long as the socket is open.</summary>
    /// <exception cref="PortOpenException">The kernel refuses.</exception>
    public void ReceiveAllAddresses(int index)
    {
        // struct packet_mreq: interface index (4), type (2; 1 for promiscuous), length (2) and bytes (8) of an address.
        const int RequestBytes = 16;
        int* request = stackalloc int[RequestBytes / sizeof(int)];
        new Span<int>(request, RequestBytes / sizeof(int)).Clear();
        request[0] = index;
        request[1] = 1;
        Require(SetOption(PacketLevel, AddMembershipOption, request, RequestBytes), "receiving for all addresses");
    }

    /// <summary>Receives nothing until <see cref="Unmute"/>, though bound.</summary>
    /// <exception cref="PortOpenException">The kernel refuses.</exception>
    public void Mute()
    {
        // struct sock_filter: code (2; 6 returns a constant), two jumps (1 each), the constant (4; 0 keeps no byte of a frame).
        ulong returnNothing = 6;
        FilterProgram program = new() { Length = 1, Instructions = &returnNothing };
        Require(SetOption(SocketLevel, AttachFilterOption, &program, (uint)sizeof(FilterProgram)), "a filter");
    }

    /// <summary>Takes away what <see cref="Mute"/> did.</summary>
    /// <exception cref="PortOpenException">The kernel refuses.</exception>
    public void Unmute()
    {
        int unused = 0;
        Require(SetOption(SocketLevel, DetachFilterOption, &unused, sizeof(int)), "taking the filter away");
    }

    /// <summary>Shares the flows of the interface with other sockets bound to it.</summary>
    /// <param name="group">The number they have in common, or 0 for the first, which gets one.</param>
    /// <exception cref="PortOpenException">The kernel refuses.</exception>
    public void Share(ref int group)
    {
        int value = FanoutByFlow | (group == 0 ? FanoutNewGroup : group);
        Require(SetOption(PacketLevel, FanoutOption, &value, sizeof(int)), "sharing flows over several queues");
        uint length = sizeof(int);
        Require(SocketCalls.GetOption(_descriptor.Number, PacketLevel, FanoutOption, &value, &length), "the number of the group of queues");
        group = value & FanoutGroupMask;
    }

    /// <summary>Frames that found the ring full since the last call.</summary>
    public uint TakeLost()
    {
        // struct tpacket_stats_v3: packets, drops, how often the ring was full. Reading sets them to zero.
        uint* numbers = stackalloc uint[3];
        uint length = 3 * sizeof(uint);
        int result = SocketCalls.GetOption(_descriptor.Number, PacketLevel, StatisticsOption, numbers, &length);
        GC.KeepAlive(_descriptor);
        return result == 0 ? numbers[1] : 0;
    }

    /// <summary>Tells the kernel to send what is in the transmit ring, as far as it can at once.</summary>
    /// <returns>0, or the number of the error that ended it.</returns>
    public int Send()
    {
        nint result = SocketCalls.Send(_descriptor.Number, null, 0, LinuxInterop.DoNotWait | LinuxInterop.NoSignal);
        int error = result < 0 ? Marshal.GetLastPInvokeError() : 0;
        GC.KeepAlive(_descriptor);
        return error;
    }

    public void Dispose() => _descriptor.Dispose();

    private int SetOption(int level, int option, void* value, uint length)
    {
        int result = SocketCalls.SetOption(_descriptor.Number, level, option, value, length);
        GC.KeepAlive(_descriptor);
        return result;
    }

    private void Require(int result, string what)
    {
        if (result < 0)
        {
            throw Refused(what, Marshal.GetLastPInvokeError());
        }
    }

    private PortOpenException Refused(string what, int error) =>
        new($"The interface '{_interface}' cannot be opened: the kernel refuses {what}: {Marshal.GetPInvokeErrorMessage(error)}.");

    // struct sock_fprog.
    [StructLayout(LayoutKind.Sequential)]
    private struct FilterProgram
    {
        public ushort Length;
        public ulong* Instructions;
    }
}
