using BenchmarkDotNet.Attributes;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Benchmarks.Dataplane;

/// <summary>What does one insert and one remove of each header cost, over slots of one arena?</summary>
public class EncapsulateBenchmarks
{
    private const int Frames = 256;
    private const int Rounds = 64;

    private readonly PacketArena _arena = new(Frames, 2_048);
    private readonly PacketBuffer[] _buffers = new PacketBuffer[Frames];
    private PathHop _hop;
    private CarriedHeader _carried;

    /// <summary>The header.</summary>
    [Params("Plain", "Nsh", "Mpls")]
    public string Kind { get; set; } = "Plain";

    [GlobalSetup]
    public void Setup()
    {
        byte[][] frames = FlowFrames.Make(Frames, Frames);
        for (int i = 0; i < Frames; i++)
        {
            _arena.TryRent(out int slot);
            frames[i].CopyTo(_arena.Slot(slot)[PacketArena.HeadroomBytes..]);
            _buffers[i] = new PacketBuffer { Slot = slot, Start = PacketArena.HeadroomBytes, Length = frames[i].Length };
        }

        EncapsulationKind kind = Enum.Parse<EncapsulationKind>(Kind);
        PathDefinition path = new(new ServicePathId(100), 100, false, false, [], [], 0);
        _hop = new PathHop
        {
            Wants = kind,
            Template = EncapsulationCatalog.Template(kind, path, ServiceIndex.Initial, SteeringDefinition.DefaultForwarderMac),
        };
        int offset = EthernetHeader.LengthBytes;
        _carried = new CarriedHeader { Kind = kind, HeaderOffset = offset, InnerOffset = offset + NshHeader.MdType1LengthBytes };
    }

    [GlobalCleanup]
    public void Cleanup() => _arena.Dispose();

    [Benchmark(OperationsPerInvoke = Frames * Rounds)]
    public int InsertAndRemove()
    {
        int refused = 0;
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < Frames; i++)
            {
                Span<byte> slot = _arena.Slot(_buffers[i].Slot);
                refused += (int)EncapsulationCatalog.Insert(_hop.Wants, slot, ref _buffers[i], EthernetHeader.LengthBytes, _hop.Header, new MacAddress(2));
                refused += (int)EncapsulationCatalog.Remove(slot, ref _buffers[i], _carried);
            }
        }

        return refused;
    }
}
