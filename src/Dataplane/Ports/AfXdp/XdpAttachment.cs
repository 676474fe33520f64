using System.Runtime.InteropServices;
using NetworkingSfc.Dataplane.Ports.AfXdp.Interop;
using NetworkingSfc.Dataplane.Ports.Linux;

namespace NetworkingSfc.Dataplane.Ports.AfXdp;

/// <summary>The program and the sockets on one interface, for as long as that interface exists. Nothing of it outlives this object or the process.</summary>
internal sealed class XdpAttachment : IDisposable
{
    private readonly XdpProgram _program;
    private readonly List<XdpSocket> _sockets = [];

    private XdpAttachment(XdpProgram program, int interfaceIndex)
    {
        _program = program;
        InterfaceIndex = interfaceIndex;
    }

    /// <summary>Number of the interface.</summary>
    public int InterfaceIndex { get; }

    /// <summary>One socket for each queue.</summary>
    public IReadOnlyList<XdpSocket> Sockets => _sockets;

    /// <summary>Attaches the program and binds a socket to each queue.</summary>
    /// <param name="settings">What was asked for.</param>
    /// <param name="interfaceIndex">Number of the interface.</param>
    /// <param name="queues">Receive queues it has.</param>
    /// <param name="patience">How long to wait for a queue that is still busy.</param>
    /// <exception cref="PortOpenException">The system refuses.</exception>
    public static XdpAttachment Open(AfXdpSettings settings, int interfaceIndex, int queues, TimeSpan patience)
    {
        if (queues < settings.Queues)
        {
            throw Refused(settings, $"it has {queues} of the {settings.Queues} queues asked for; accepted are so many queues at most, or an interface that has them");
        }

        XdpProgram program = XdpProgram.TryLoad(queues, out int error) ?? throw Refused(settings, ExplainLoad(error));
        XdpAttachment attachment = new(program, interfaceIndex);
        try
        {
            XdpMode mode = attachment.Attach(settings);
            for (int queue = 0; queue < settings.Queues; queue++)
            {
                attachment.Add(settings, queue, mode, patience);
            }

            return attachment;
        }
        catch (PortOpenException)
        {
            attachment.Dispose();
            throw;
        }
    }

    /// <summary>Takes the program off the interface, then closes the sockets. No ring may be in use any more.</summary>
    public void Dispose()
    {
        _program.Dispose();
        _sockets.ForEach(socket => socket.Dispose());
    }

    private static PortOpenException Refused(AfXdpSettings settings, string reason) =>
        new($"The interface '{settings.Interface}' cannot be opened: {reason}.");

    private XdpMode Attach(AfXdpSettings settings)
    {
        XdpMode mode = settings.Mode ?? XdpMode.Native;
        int error = _program.Attach(InterfaceIndex, mode);

        // What a driver cannot do, or not with this MTU or these queues, generic mode can.
        if (settings.Mode is null
            && error is LinuxError.NotSupported or LinuxError.OutOfRange or LinuxError.NoSpace or LinuxError.InvalidArgument)
        {
            mode = XdpMode.Generic;
            error = _program.Attach(InterfaceIndex, mode);
        }

        return error == 0 ? mode : throw Refused(settings, ExplainAttach(error));
    }

    private void Add(AfXdpSettings settings, int queue, XdpMode mode, TimeSpan patience)
    {
        XdpSocket socket = XdpSocket.Create(settings.RingSize, settings.Frames);
        _sockets.Add(socket);

        // In zero-copy mode frames never come to where generic mode takes them.
        const XdpBindFlags Basic = XdpBindFlags.Copy | XdpBindFlags.NeedWakeup;
        ReadOnlySpan<XdpBindFlags> ways = [XdpBindFlags.ZeroCopy | XdpBindFlags.NeedWakeup, Basic | XdpBindFlags.SeveralParts, Basic];
        int error = socket.Bind(InterfaceIndex, queue, mode == XdpMode.Native ? ways : ways[1..], patience);
        if (error == 0)
        {
            error = socket.Enter(_program, queue);
        }

        if (error != 0)
        {
            throw Refused(settings, error == LinuxError.Busy
                ? $"another socket has its queue {queue}; accepted is one whose queues nobody else uses"
                : $"its queue {queue} takes no AF_XDP socket: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    private static string ExplainLoad(int error) => error == LinuxError.NotPermitted
        ? "this process may not load an XDP program; accepted is one that runs as root or has the capabilities CAP_BPF, CAP_NET_ADMIN and CAP_NET_RAW"
        : $"the kernel does not load the XDP program: {Marshal.GetPInvokeErrorMessage(error)}; accepted is Linux 5.9 or later with XSKMAP";

    private static string ExplainAttach(int error) => error switch
    {
        LinuxError.Busy or LinuxError.Exists => "another XDP program is attached to it; accepted is one without (the command 'ip link show' names it)",
        LinuxError.NotPermitted => "this process may not attach an XDP program; accepted is one that runs as root or has the capability CAP_NET_ADMIN",
        LinuxError.NotSupported => "its driver has no native XDP; accepted are the modes generic and auto",
        LinuxError.OutOfRange => "its driver has no native XDP with an MTU as large as the link's; accepted are a smaller MTU and the modes generic and auto",
        LinuxError.NoSpace => "its driver has no native XDP with fewer receive queues than its peer has transmit queues; accepted are more queues and the modes generic and auto",
        _ => $"no XDP program can be attached to it: {Marshal.GetPInvokeErrorMessage(error)}",
    };
}
