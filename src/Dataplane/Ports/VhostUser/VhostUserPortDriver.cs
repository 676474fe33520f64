using System.Net.Sockets;
using System.Text;
using NetworkingSfc.Dataplane.Ports.Linux;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;

namespace NetworkingSfc.Dataplane.Ports.VhostUser;

/// <summary>Opens ports to virtual machines and to processes with a virtio driver, by the vhost-user protocol.</summary>
internal sealed class VhostUserPortDriver : IPortDriver
{
    private const string Client = "client";
    private const string Server = "server";
    private const int MaxQueues = 64;

    /// <summary>What struct sockaddr_un holds before the zero at the end.</summary>
    private const int MaxPathBytes = 107;

    // QEMU and its like run as another user of the same group.
    private const UnixFileMode SocketMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    public string Kind => "vhost-user";

    public IReadOnlyList<PortSetting> Settings { get; } =
    [
        new("socket", IsRequired: true, $"path of the Unix socket, at most {MaxPathBytes} bytes"),
        new("mode", IsRequired: false,
            $"what this port is on the socket: {Client} connects to the guest, {Server} listens for it; {Client} unless given. " +
            "Neutron's vhostuser_mode says what the guest is, so it is the other one here"),
        new("queues", IsRequired: false, $"pairs of queues that the guest may use, 1 to {MaxQueues}, 1 unless given"),
    ];

    public void Check(IReadOnlyDictionary<string, string> settings) => _ = Read(settings);

    public IPort Open(IReadOnlyDictionary<string, string> settings)
    {
        (string path, bool listens, int queues) = Read(settings);
        if (!TruncationGuard.IsSupported)
        {
            throw new PortOpenException($"A {Kind} port cannot be opened on this machine; accepted are Linux machines with x86-64.");
        }

        try
        {
            TruncationGuard.Install();
            return new VhostUserPort(path, listens ? UnixSocket.Listen(new UnixDomainSocketEndPoint(path), SocketMode) : null, queues);
        }
        catch (Exception failure) when (failure is SocketPathException or IOException)
        {
            throw new PortOpenException($"The {Kind} port cannot be opened: {failure.Message}", failure);
        }
    }

    private (string Path, bool Listens, int Queues) Read(IReadOnlyDictionary<string, string> settings)
    {
        PortSettingValues values = new(Kind, settings);
        string path = values.Text("socket") ?? "";
        bool listens = values.Word("mode", Client, Server) == Server;
        int queues = values.Number("queues", unset: 1, 1, MaxQueues);
        return Encoding.UTF8.GetByteCount(path) <= MaxPathBytes && !path.Contains('\0', StringComparison.Ordinal)
            ? (path, listens, queues)
            : throw new PortOpenException($"The setting 'socket' of a {Kind} port is '{path}'; accepted are paths of at most {MaxPathBytes} bytes.");
    }
}
