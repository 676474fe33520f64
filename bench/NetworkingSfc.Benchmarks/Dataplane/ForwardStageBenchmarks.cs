using BenchmarkDotNet.Attributes;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Benchmarks.Dataplane;

/// <summary>What does it cost to read the header that a function sent: where on its path a frame is, and the inner frame's headers?</summary>
public class ForwardStageBenchmarks : StageBenchmarks
{
    private const int ReturnPort = 1;

    /// <summary>The header.</summary>
    [Params("Nsh", "Mpls")]
    public string Kind { get; set; } = "Nsh";

    [GlobalSetup]
    public void Setup()
    {
        EncapsulationKind kind = Enum.Parse<EncapsulationKind>(Kind);
        SteeringDefinition definition = OneHopChain.Define(rules: 1, kind);
        HeaderTemplate template = EncapsulationCatalog.Template(kind, definition.Paths[0], ServiceIndex.Initial.Next, definition.ForwarderMac);
        byte[][] frames = [.. FlowFrames.Make(StageBursts.Frames, StageBursts.Frames).Select(frame => Carrying(kind, template, frame))];
        Bursts = new StageBursts(definition, ReturnPort, frames, static (batch, _, _) => ParseStage.Run(batch));
    }

    [Benchmark(OperationsPerInvoke = StageBursts.Frames)]
    public long Forward() => Bursts.Run(static (batch, snapshot, _) => ForwardStage.Run(batch, snapshot));

    private static byte[] Carrying(EncapsulationKind kind, in HeaderTemplate template, byte[] frame)
    {
        byte[] slot = [.. new byte[PacketArena.HeadroomBytes], .. frame];
        PacketBuffer buffer = new() { Start = PacketArena.HeadroomBytes, Length = frame.Length };
        _ = EncapsulationCatalog.Insert(kind, slot, ref buffer, EthernetHeader.LengthBytes, template, new MacAddress(2));
        return slot[buffer.Start..];
    }
}
