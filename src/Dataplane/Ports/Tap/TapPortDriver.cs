namespace NetworkingSfc.Dataplane.Ports.Tap;

/// <summary>Opens ports that are network interfaces of this host (TAP).</summary>
internal sealed class TapPortDriver : IPortDriver
{
    // MAX_TAP_QUEUES of the kernel.
    private const int MaxQueues = 256;

    // The least that IPv4 asks for (RFC 791), and the most that the kernel gives a TAP.
    private const int MinMtuBytes = 68;
    private const int MaxMtuBytes = 65_521;

    public string Kind => "tap";

    public IReadOnlyList<PortSetting> Settings { get; } =
    [
        new("interface", IsRequired: true, "name of a TAP interface; made when there is none, and then removed with the port"),
        new("queues", IsRequired: false, $"queues each way, 1 to {MaxQueues}, 1 unless given; received flows are spread over them"),
        new("mtu", IsRequired: false, $"MTU of the interface in bytes, {MinMtuBytes} to {MaxMtuBytes}; left as it is unless given"),
    ];

    public void Check(IReadOnlyDictionary<string, string> settings) => _ = Read(settings);

    public IPort Open(IReadOnlyDictionary<string, string> settings) => new TapPort(Read(settings));

    private TapSettings Read(IReadOnlyDictionary<string, string> settings)
    {
        PortSettingValues values = new(Kind, settings);
        return new TapSettings(
            values.Text("interface") ?? "",
            values.Number("queues", unset: 1, 1, MaxQueues),
            values.Number("mtu", unset: 0, MinMtuBytes, MaxMtuBytes));
    }
}
