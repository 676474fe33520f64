using System.Numerics;
using System.Text;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports.Memif.Interop;
using NetworkingSfc.Dataplane.Ports.Memif.Messages;

namespace NetworkingSfc.Dataplane.Ports.Memif;

/// <summary>Opens ports that share memory with a peer by memif version 2: DPDK's net_memif, VPP, libmemif.</summary>
internal sealed class MemifPortDriver : IPortDriver
{
    private const int MaxRings = 64;
    private const int DefaultLog2RingSize = 10;
    private const int MaxRingSize = 1 << MemifRing.MaxLog2Size;
    private const int MinBufferBytes = 64;
    private const int DefaultBufferBytes = 2_048;
    private const long MaxRegionBytes = 1L << 30;

    /// <summary>Bytes of sun_path in struct sockaddr_un, with the zero at its end.</summary>
    private const int UnixSocketPathBytes = 108;

    private const string Server = "server";
    private const string Client = "client";
    private const string Sealed = "sealed";
    private const string Any = "any";

    public string Kind => "memif";

    public IReadOnlyList<PortSetting> Settings { get; } =
    [
        new("socket", IsRequired: true, "path of the control socket; of DPDK's net_memif 'socket' together with 'socket-abstract=no'"),
        new("role", IsRequired: true,
            $"'{Server}' listens at the socket, '{Client}' connects to it and brings the shared memory; VPP and libmemif also say master and slave"),
        new("id", IsRequired: false, "number of the interface at the socket, the same as the peer's, 0 unless given; ports of different ids can share a server's socket"),
        new("rings", IsRequired: false, $"rings each way, 1 to {MaxRings}, 1 unless given, and so many the peer must have at least; the number of queues of a peer in DPDK"),
        new("ring_size", IsRequired: false,
            $"slots of a ring, a power of two from 2 to {MaxRingSize}, {1 << DefaultLog2RingSize} unless given; for a server the most that it accepts, {MaxRingSize} unless given; DPDK's 'rsize' is its logarithm"),
        new("buffer_bytes", IsRequired: false,
            $"for a client: bytes of a buffer, {MinBufferBytes} to {PacketArena.LargestFrameBytes}, {DefaultBufferBytes} unless given; longer frames take several; DPDK's 'bsize'"),
        new("secret", IsRequired: false, $"text of at most {InitMessage.SecretBytes} bytes that the client must know and a server asks for, none unless given"),
        new("regions", IsRequired: false,
            $"for a server: '{Sealed}' takes memory of the peer only when it cannot be made shorter, '{Any}' also takes what a peer could end this process with by making it shorter, as DPDK's zero-copy=yes and VPP without no-zero-copy give; '{Sealed}' unless given"),
    ];

    public void Check(IReadOnlyDictionary<string, string> settings) => _ = Read(settings);

    public IPort Open(IReadOnlyDictionary<string, string> settings)
    {
        (MemifSettings asked, bool isServer) = Read(settings);
        return Start(asked, isServer);
    }

    private (MemifSettings Asked, bool IsServer) Read(IReadOnlyDictionary<string, string> settings)
    {
        PortSettingValues values = new(Kind, settings);
        bool isServer = values.Word("role", Server, Client) == Server;
        MemifSettings asked = new(
            SocketPath(values.Text("socket") ?? ""),
            (uint)values.Number("id", unset: 0, 0, int.MaxValue),
            values.Number("rings", unset: 1, 1, MaxRings),
            Log2RingSize(values, isServer),
            values.Number("buffer_bytes", DefaultBufferBytes, MinBufferBytes, PacketArena.LargestFrameBytes),
            Secret(values.Text("secret") ?? ""),
            values.Word("regions", Sealed, Any) == Any);
        CheckRole(settings, isServer);
        if (!isServer && MemifClient.RegionBytes(asked, asked.Log2RingSize) is long bytes and > MaxRegionBytes)
        {
            throw new PortOpenException(
                $"The settings 'rings', 'ring_size' and 'buffer_bytes' of a memif port need {bytes} bytes of shared memory; accepted are at most {MaxRegionBytes}.");
        }

        return (asked, isServer);
    }

    private static MemifPort Start(MemifSettings asked, bool isServer)
    {
        ControlWake? wake = null;
        try
        {
            wake = new ControlWake();
            return new MemifPort(asked, isServer ? new MemifServer(asked, wake) : new MemifClient(asked), wake);
        }
        catch (IOException failure)
        {
            wake?.Dispose();
            throw new PortOpenException($"The memif port at '{asked.SocketPath}' cannot be opened: {failure.Message}", failure);
        }
        catch (PortOpenException)
        {
            wake?.Dispose();
            throw;
        }
    }

    private static string SocketPath(string given)
    {
        string path = Path.GetFullPath(given);
        return Encoding.UTF8.GetByteCount(path) < UnixSocketPathBytes ? path : throw new PortOpenException(
            $"The setting 'socket' of a memif port is '{given}', a path of {Encoding.UTF8.GetByteCount(path)} bytes; accepted are at most {UnixSocketPathBytes - 1}.");
    }

    private static int Log2RingSize(PortSettingValues values, bool isServer)
    {
        int size = values.Number("ring_size", isServer ? MaxRingSize : 1 << DefaultLog2RingSize, 2, MaxRingSize);
        return BitOperations.IsPow2(size) ? BitOperations.Log2((uint)size) : throw new PortOpenException(
            $"The setting 'ring_size' of a memif port is '{size}'; accepted are powers of two from 2 to {MaxRingSize}.");
    }

    private static ReadOnlyMemory<byte> Secret(string text)
    {
        byte[] secret = Encoding.UTF8.GetBytes(text);
        return secret.Length <= InitMessage.SecretBytes ? secret : throw new PortOpenException(
            $"The setting 'secret' of a memif port has {secret.Length} bytes; accepted are at most {InitMessage.SecretBytes}.");
    }

    private static void CheckRole(IReadOnlyDictionary<string, string> settings, bool isServer)
    {
        string other = isServer ? "buffer_bytes" : "regions";
        if (settings.ContainsKey(other))
        {
            throw new PortOpenException(
                $"The setting '{other}' of a memif port is given, and its role is '{(isServer ? Server : Client)}'; accepted is '{other}' of a {(isServer ? Client : Server)} only.");
        }
    }
}
