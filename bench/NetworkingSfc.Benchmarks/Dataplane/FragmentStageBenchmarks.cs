using BenchmarkDotNet.Attributes;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Wire;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Benchmarks.Dataplane;

/// <summary>What does a fragment cost: every other frame is the first one of a datagram, which is remembered, and the next its later one, which is found?</summary>
public class FragmentStageBenchmarks : StageBenchmarks
{
    [GlobalSetup]
    public void Setup() => Bursts = new StageBursts(
        OneHopChain.Define(rules: 1, EncapsulationKind.Nsh), OneHopChain.SourcePort,
        [.. Enumerable.Range(0, StageBursts.Frames / 2).SelectMany(datagram => new[] { First(datagram), Later(datagram) })],
        static (batch, _, _) => ParseStage.Run(batch));


    [Benchmark(OperationsPerInvoke = StageBursts.Frames)]
    public long Follow() => Bursts.Run(FragmentStage.Run);

    private static byte[] First(int datagram) => Ip(datagram, offset: 0, more: true).Tcp(1_024, 2_000).Payload(12).Build();

    private static byte[] Later(int datagram) => Ip(datagram, offset: 32, more: false).Payload(32).Build();

    private static PacketBuilder Ip(int datagram, ushort offset, bool more) => new PacketBuilder().Ethernet().Ipv4(
        "10.0.0.1", "172.16.0.1", protocol: IpProtocol.Tcp,
        change: ip => ip with { Identification = (ushort)datagram, FragmentOffsetBytes = offset, MoreFragments = more });
}
