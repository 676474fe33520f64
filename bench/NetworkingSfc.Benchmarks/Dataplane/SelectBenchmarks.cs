using BenchmarkDotNet.Attributes;
using NetworkingSfc.Dataplane.LoadBalancing;

namespace NetworkingSfc.Benchmarks.Dataplane;

/// <summary>What does it cost to hash a flow and look its member up?</summary>
public class SelectBenchmarks
{
    private const int Keys = 16_384;

    private readonly FlowHashKey[] _keys = new FlowHashKey[Keys];
    private MaglevTable _table = null!;

    /// <summary>Members of the group.</summary>
    [Params(4, 64)]
    public int Members { get; set; }

    /// <summary>Both directions to one member.</summary>
    [Params(false, true)]
    public bool Symmetric { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        Random random = new(1);
        for (int i = 0; i < Keys; i++)
        {
            _keys[i] = new FlowHashKey
            {
                SourceAddress = (uint)random.Next(),
                DestinationAddress = (uint)random.Next(),
                SourcePort = (ushort)random.Next(),
                DestinationPort = 443,
                Protocol = 6,
            };
        }

        _table = MaglevTableBuilder.Build([.. Enumerable.Range(1, Members).Select(id => new MaglevMember((UInt128)id, 1))]);
    }

    [GlobalCleanup]
    public void Cleanup() => _table.Dispose();

    [Benchmark(OperationsPerInvoke = Keys)]
    public int HashAndLookUp()
    {
        int sum = 0;
        foreach (ref readonly FlowHashKey key in _keys.AsSpan())
        {
            sum += _table.Lookup(FlowHash.Compute(key, HashFields.FiveTuple, FlowHash.DefaultSeed, Symmetric, reverse: false));
        }

        return sum;
    }
}
