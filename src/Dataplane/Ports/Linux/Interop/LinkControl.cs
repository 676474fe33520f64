using System.Runtime.InteropServices;

namespace NetworkingSfc.Dataplane.Ports.Linux.Interop;

/// <summary>
/// Reads and sets what the kernel holds of network interfaces (netdevice(7)), in the network namespace of the thread that
/// made it.
/// </summary>
internal sealed unsafe class LinkControl : IDisposable
{
    // SIOC...: get flags, set flags, get MTU, set MTU, get hardware address with its type, get index.
    private const int GetFlags = 0x8913;
    private const int SetFlags = 0x8914;
    private const int GetMtu = 0x8921;
    private const int SetMtu = 0x8922;
    private const int GetHardware = 0x8927;
    private const int GetIndex = 0x8933;
    private const int Ethtool = 0x8946;

    private const ushort UpFlag = 1;
    private const ushort RunningFlag = 0x40;
    private const ushort EthernetHardware = 1;

    // ETHTOOL_GCHANNELS answers with nine numbers: command, four limits, then receive, transmit, other and combined queues.
    private const uint GetChannels = 0x3c;
    private const int ChannelWords = 9;
    private const int RxWord = 5;
    private const int TxWord = 6;
    private const int CombinedWord = 8;

    private readonly FileDescriptor _socket;

    /// <summary>Makes one.</summary>
    /// <exception cref="PortOpenException">The system refuses, because the process has too many files open.</exception>
    public LinkControl()
    {
        _socket = new FileDescriptor(SocketCalls.Create(SocketCalls.Internet, SocketCalls.Datagram | SocketCalls.CloseOnExec, 0));
        if (_socket.IsInvalid)
        {
            throw new PortOpenException($"No socket to ask about interfaces could be made: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    /// <summary>Reads the state of an interface.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="state">The state, when the answer is true.</param>
    /// <returns>False when there is no such interface.</returns>
    public bool TryRead(string name, out LinkState state)
    {
        state = default;
        if (!TryGet(name, GetIndex, out InterfaceRequest index)
            || !TryGet(name, GetFlags, out InterfaceRequest flags)
            || !TryGet(name, GetMtu, out InterfaceRequest mtu)
            || !TryGet(name, GetHardware, out InterfaceRequest hardware))
        {
            return false;
        }

        bool isUp = (flags.Short & UpFlag) != 0;
        state = new LinkState(
            index.Number, hardware.Short == EthernetHardware, isUp, isUp && (flags.Short & RunningFlag) != 0, mtu.Number);
        return true;
    }

    /// <summary>Reads how many queues an interface has.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Receive and transmit queues, 1 or more; 1 where its driver does not say, and for an interface that is not there.</returns>
    public (int Rx, int Tx) ReadQueues(string name)
    {
        uint* channels = stackalloc uint[ChannelWords];
        new Span<uint>(channels, ChannelWords).Clear();
        channels[0] = GetChannels;
        if (!InterfaceRequest.TryName(name, out InterfaceRequest request))
        {
            return (1, 1);
        }

        request.Pointer = channels;
        return Set(Ethtool, ref request) == 0
            ? ((int)Math.Max(1, channels[RxWord] + channels[CombinedWord]), (int)Math.Max(1, channels[TxWord] + channels[CombinedWord]))
            : (1, 1);
    }

    /// <summary>Sets an interface up.</summary>
    /// <returns>0, or the number of the error.</returns>
    public int SetUp(string name)
    {
        if (!TryGet(name, GetFlags, out InterfaceRequest request))
        {
            return LinuxError.NoDevice;
        }

        request.Short |= UpFlag;
        return Set(SetFlags, ref request);
    }

    /// <summary>Sets the MTU of an interface.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="bytes">Longest packet after the Ethernet header.</param>
    /// <returns>0, or the number of the error.</returns>
    public int SetMtuBytes(string name, int bytes)
    {
        if (!InterfaceRequest.TryName(name, out InterfaceRequest request))
        {
            return LinuxError.NoDevice;
        }

        request.Number = bytes;
        return Set(SetMtu, ref request);
    }

    public void Dispose() => _socket.Dispose();

    private bool TryGet(string name, nuint what, out InterfaceRequest request) =>
        InterfaceRequest.TryName(name, out request) && Set(what, ref request) == 0;

    private int Set(nuint what, ref InterfaceRequest request)
    {
        fixed (InterfaceRequest* argument = &request)
        {
            int result = SocketCalls.DeviceControl(_socket.Number, what, argument);
            int error = result < 0 ? Marshal.GetLastPInvokeError() : 0;
            GC.KeepAlive(_socket);
            return error;
        }
    }
}
