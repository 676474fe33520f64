using System.Net.NetworkInformation;
using System.Numerics;
using NetworkingSfc.Dataplane.Ports.AfXdp.Interop;
using NetworkingSfc.Dataplane.Ports.Linux;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;

namespace NetworkingSfc.Dataplane.Ports.AfXdp;

/// <summary>Opens ports on network interfaces with AF_XDP sockets.</summary>
internal sealed class AfXdpPortDriver : IPortDriver
{
    private const int MaxQueues = 64;

    // How many that are the interface says.
    private const int AllQueues = 0;
    private const int MinRingSize = 64;
    private const int MaxRingSize = 32_768;
    private const int DefaultRingSize = 2_048;

    public string Kind => "af-xdp";

    public IReadOnlyList<PortSetting> Settings { get; } =
    [
        new("interface", IsRequired: true, "name of an Ethernet interface"),
        new("mode", IsRequired: false, "where the kernel takes the frames: auto, native (in the driver) or generic; auto, which is native where it is possible, unless given"),
        new("queues", IsRequired: false, $"queues of the interface that are used, 1 to {MaxQueues}, all it has unless given; the host gets the frames of the others"),
        new("ring_size", IsRequired: false, $"descriptors of a ring, a power of two from {MinRingSize} to {MaxRingSize}, {DefaultRingSize} unless given"),
        new("frames", IsRequired: false,
            $"frames of {XdpSocket.ChunkBytes} bytes in the memory of a queue, half of them each way, an even number from {MinRingSize} to twice ring_size, which it is unless given"),
    ];

    public void Check(IReadOnlyDictionary<string, string> settings) => _ = Read(settings);

    public IPort Open(IReadOnlyDictionary<string, string> settings)
    {
        AfXdpSettings asked = Read(settings);
        int largest = CheckInterface(asked.Interface);
        return new AfXdpPort(asked.Queues == AllQueues ? asked with { Queues = Math.Min(largest, MaxQueues) } : asked);
    }

    private AfXdpSettings Read(IReadOnlyDictionary<string, string> settings)
    {
        PortSettingValues values = new(Kind, settings);
        string name = values.Text("interface") ?? "";
        XdpMode? mode = values.Word("mode", "auto", "native", "generic") switch
        {
            "native" => XdpMode.Native,
            "generic" => XdpMode.Generic,
            _ => null,
        };
        int ringSize = values.Number("ring_size", DefaultRingSize, MinRingSize, MaxRingSize);
        if (!BitOperations.IsPow2(ringSize))
        {
            throw new PortOpenException($"The setting 'ring_size' of an {Kind} port is '{ringSize}'; accepted are powers of two from {MinRingSize} to {MaxRingSize}.");
        }

        int frames = values.Number("frames", unset: 2 * ringSize, MinRingSize, 2 * ringSize);
        if (int.IsOddInteger(frames))
        {
            throw new PortOpenException($"The setting 'frames' of an {Kind} port is '{frames}'; accepted are even numbers from {MinRingSize} to {2 * ringSize}.");
        }

        return new AfXdpSettings(name, mode, values.Number("queues", unset: AllQueues, 1, MaxQueues), ringSize, frames);
    }

    // Gives the queues it has.
    private static int CheckInterface(string name)
    {
        using LinkControl control = new();
        if (!control.TryRead(name, out LinkState link))
        {
            throw new PortOpenException(
                $"The interface '{name}' does not exist; accepted are {string.Join(", ", NetworkInterface.GetAllNetworkInterfaces().Select(found => found.Name))}.");
        }

        return link.IsEthernet
            ? control.ReadQueues(name).Rx
            : throw new PortOpenException($"The interface '{name}' is no Ethernet interface, or a loopback that would return what is sent; accepted are Ethernet interfaces.");
    }
}
