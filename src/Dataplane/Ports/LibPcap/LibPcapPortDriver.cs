using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports.LibPcap.Interop;
using SharpPcap;
using SharpPcap.LibPcap;

namespace NetworkingSfc.Dataplane.Ports.LibPcap;

/// <summary>Opens ports on network interfaces with libpcap.</summary>
internal sealed class LibPcapPortDriver : IPortDriver
{
    private const int EthernetLinkType = 1;
    private const int MinSnapLengthBytes = 64;

    // Each frame takes this much of the kernel's ring however short it is, so it is no larger than jumbo frames need.
    private const int DefaultSnapLengthBytes = 9_216;
    private const int RingBytes = 16 * 1024 * 1024;

    public string Kind => "libpcap";

    public IReadOnlyList<PortSetting> Settings { get; } =
    [
        new("interface", IsRequired: true, "name of an Ethernet interface that is up"),
        new("snaplen", IsRequired: false,
            $"bytes of a frame that are received, {MinSnapLengthBytes} to {PacketArena.LargestFrameBytes}, {DefaultSnapLengthBytes} unless given"),
    ];

    public void Check(IReadOnlyDictionary<string, string> settings) => _ = Read(settings);

    public IPort Open(IReadOnlyDictionary<string, string> settings)
    {
        (string name, int snapLength) = Read(settings);
        CheckLibrary();
        LibPcapLiveDevice device = Find(name);
        try
        {
            Start(device, snapLength);
            return new LibPcapPort(device);
        }
        catch (PortOpenException)
        {
            device.Dispose();
            throw;
        }
        catch (PcapException failure)
        {
            device.Dispose();
            throw new PortOpenException($"The interface '{name}' cannot be opened: {Explain(failure)}.", failure);
        }
    }

    private (string Name, int SnapLengthBytes) Read(IReadOnlyDictionary<string, string> settings)
    {
        PortSettingValues values = new(Kind, settings);
        return (values.Text("interface") ?? "", values.Number("snaplen", DefaultSnapLengthBytes, MinSnapLengthBytes, PacketArena.LargestFrameBytes));
    }

    private static void CheckLibrary()
    {
        try
        {
            LibPcapInterop.LibraryVersion();
        }
        catch (Exception failure) when (failure is DllNotFoundException or EntryPointNotFoundException)
        {
            throw new PortOpenException(
                $"A libpcap port cannot be opened: the library {LibPcapInterop.Library} is missing; accepted is the one of the Debian package libpcap0.8.", failure);
        }
    }

    private static LibPcapLiveDevice Find(string name)
    {
        IReadOnlyList<PcapInterface> interfaces = ListInterfaces();
        PcapInterface found = interfaces.FirstOrDefault(candidate => candidate.Name == name)
            ?? throw new PortOpenException(
                $"The interface '{name}' does not exist; accepted are {string.Join(", ", interfaces.Select(candidate => candidate.Name))}.");
        LibPcapLiveDevice device = new(found);
        return device.Loopback
            ? throw new PortOpenException($"The interface '{name}' is a loopback, which would return what is sent; accepted are Ethernet interfaces.")
            : device;
    }

    private static IReadOnlyList<PcapInterface> ListInterfaces()
    {
        try
        {
            return PcapInterface.GetAllPcapInterfaces();
        }
        catch (Exception failure) when (failure is PcapException or InvalidOperationException)
        {
            throw new PortOpenException($"The network interfaces cannot be listed: {failure.Message}", failure);
        }
    }

    private static void Start(LibPcapLiveDevice device, int snapLength)
    {
        device.Open(new DeviceConfiguration
        {
            Mode = DeviceModes.Promiscuous,
            Immediate = true,
            Snaplen = snapLength,
            BufferSize = RingBytes,
        });
        int linkType = (int)device.LinkType;
        if (linkType != EthernetLinkType)
        {
            throw new PortOpenException(
                $"The interface '{device.Name}' has link type {linkType}; accepted is {EthernetLinkType} (Ethernet).");
        }

        LeaveOutSentFrames(device);
        device.NonBlockingMode = true;
    }

    // The filter "inbound" would do it in the kernel at once, but libpcap 1.10 runs a new filter over the first packet
    // itself, where the direction is not known, and so loses that packet.
    private static void LeaveOutSentFrames(LibPcapLiveDevice device)
    {
        if (LibPcapInterop.SetDirection(device.Handle, LibPcapInterop.ReceivedOnly) != 0)
        {
            throw new PortOpenException(
                $"The interface '{device.Name}' does not tell received frames from sent ones: {device.LastError}; accepted is one that does.");
        }

        // Otherwise our own frames would fill the ring only to be skipped. An older kernel does without.
        _ = PacketSocketInterop.SetOption(
            LibPcapInterop.FileDescriptor(device.Handle), PacketSocketInterop.PacketLevel, PacketSocketInterop.IgnoreOutgoing, 1, sizeof(int));
    }

    private static string Explain(PcapException failure) => failure.Error switch
    {
        PcapError.PermissionDenied or PcapError.PromiscuousPermissionDenied =>
            "this process may not capture; accepted is one that runs as root or has the capability CAP_NET_RAW",
        PcapError.InterfaceNotUp => "it is down; accepted is one that is up",
        PcapError.NoSuchDevice => "it does not exist any more; accepted is one that does",
        _ => failure.Message,
    };
}
