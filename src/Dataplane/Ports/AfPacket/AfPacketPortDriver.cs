namespace NetworkingSfc.Dataplane.Ports.AfPacket;

/// <summary>Opens ports on network interfaces with rings that the kernel shares (packet(7)).</summary>
internal sealed class AfPacketPortDriver : IPortDriver
{
    // A fan-out group of the kernel has no more members by default.
    private const int MaxQueues = 256;

    private const int DefaultRxBlocks = 64;
    private const int MinRxBlocks = 2;
    private const int MaxRxBlocks = 1_024;
    private const int DefaultTxFrames = 512;
    private const int MinTxFrames = 64;
    private const int MaxTxFrames = 16_384;

    public string Kind => "af-packet";

    public IReadOnlyList<PortSetting> Settings { get; } =
    [
        new("interface", IsRequired: true, "name of an Ethernet interface; one that goes away is taken up again when it appears"),
        new("queues", IsRequired: false, $"queues each way, 1 to {MaxQueues}, 1 unless given; received flows are spread over them"),
        new("rx_blocks", IsRequired: false,
            $"blocks of {Interop.ReceiveRing.BlockBytes / 1024} KiB in a receive ring, {MinRxBlocks} to {MaxRxBlocks}, {DefaultRxBlocks} unless given"),
        new("tx_frames", IsRequired: false, $"frames in a transmit ring, {MinTxFrames} to {MaxTxFrames}, {DefaultTxFrames} unless given"),
        new("qdisc_bypass", IsRequired: false,
            "yes or no, yes unless given: sent frames go straight to the interface's driver, past its queueing discipline and past those who capture there"),
    ];

    public void Check(IReadOnlyDictionary<string, string> settings) => _ = Read(settings);

    public IPort Open(IReadOnlyDictionary<string, string> settings) => new AfPacketPort(Read(settings));

    private AfPacketSettings Read(IReadOnlyDictionary<string, string> settings)
    {
        PortSettingValues values = new(Kind, settings);
        return new AfPacketSettings(
            values.Text("interface") ?? "",
            values.Number("queues", unset: 1, 1, MaxQueues),
            values.Number("rx_blocks", DefaultRxBlocks, MinRxBlocks, MaxRxBlocks),
            values.Number("tx_frames", DefaultTxFrames, MinTxFrames, MaxTxFrames),
            values.Word("qdisc_bypass", "yes", "no") == "yes");
    }
}
