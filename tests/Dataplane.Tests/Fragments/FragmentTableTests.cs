using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Fragments;
using NetworkingSfc.Dataplane.LoadBalancing;
using NetworkingSfc.Dataplane.Parsing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Fragments;

public sealed class FragmentTableTests
{
    private const int Rounds = 8;
    private const ulong Seed = FlowHash.DefaultSeed;

    private static readonly FirstFragment _first = new(1000, 80, 6, MayEnterChain: true);

    /// <summary>Who sends: hosts drawn at random, one host that counts, and one host towards many.</summary>
    public static TheoryData<string, double, double> Loads => new(
        from senders in new[] { "many hosts", "one host", "one to many" }
        from load in new[] { (0.5, 0.9999), (0.75, 0.9999), (0.9, 0.99), (1.0, 0.95) }
        select (senders, load.Item1, load.Item2));

    [Theory]
    [MemberData(nameof(Loads))]
    public void Datagrams_find_a_place_until_the_table_is_nearly_full(string senders, double load, double least)
    {
        int datagrams = (int)(load * FragmentTable.Capacity);
        int remembered = 0;
        for (int round = 0; round < Rounds; round++)
        {
            Random random = new(round);
            FragmentTable table = new();
            FragmentKey[] keys = [.. Enumerable.Range(0, datagrams).Select(number => KeyOf(senders, number, round, random))];
            bool[] isRemembered = [.. keys.Select(key => table.Remember(key, _first, now: 0, Seed) == FragmentRecord.Remembered)];
            Assert.Equal(isRemembered, keys.Select(key => table.TryFollow(key, now: 1, Seed, out FirstFragment first) && first == _first));
            remembered += isRemembered.Count(known => known);
        }

        double share = (double)remembered / (Rounds * datagrams);
        Assert.True(share >= least, $"{share:P3} of the datagrams of {senders} are remembered at {load:P0} of the table, at least {least:P2} are expected.");
    }

    [Fact]
    public void Nothing_is_pushed_out_and_all_places_are_free_again_in_the_end()
    {
        FragmentTable table = new();
        List<FragmentKey> known = Flood(table, identification: 0, now: 0);
        Assert.InRange(known.Count, FragmentTable.Capacity * 99 / 100, FragmentTable.Capacity);
        Assert.All(known, key => Assert.True(table.TryFollow(key, now: 0, Seed, out _)));
        Assert.Equal(FragmentRecord.Full, table.Remember(Key(1, 2, 1_000_000), _first, FragmentTable.LifetimeNanoseconds - 1, Seed));

        List<FragmentKey> later = Flood(table, identification: 2_000_000, FragmentTable.LifetimeNanoseconds);
        Assert.InRange(later.Count, FragmentTable.Capacity * 99 / 100, FragmentTable.Capacity);
        Assert.All(known, key => Assert.False(table.TryFollow(key, FragmentTable.LifetimeNanoseconds, Seed, out _)));
    }

    private static List<FragmentKey> Flood(FragmentTable table, uint identification, long now) =>
    [
        .. Enumerable.Range(0, 4 * FragmentTable.Capacity).Select(number => Key(1, 2, identification + (uint)number))
            .Where(key => table.Remember(key, _first, now, Seed) == FragmentRecord.Remembered),
    ];

    private static FragmentKey KeyOf(string senders, int number, int round, Random random) => senders switch
    {
        "many hosts" => Key((ulong)random.Next(), (ulong)random.Next(), (uint)random.Next(ushort.MaxValue)),
        "one host" => Key(0x0a00_0001, 0x0a00_0002, (uint)(number + (round << 16))),
        _ => Key(0x0a00_0001, 0x0b00_0000 + (ulong)number, (uint)round),
    };

    private static FragmentKey Key(ulong source, ulong destination, uint identification) => new(
        new PacketHeaders { IpVersion = 4, Protocol = 17, SourceLow = source, DestinationLow = destination, Identification = identification }, ingressPort: 3, EncapsulationKind.Plain);
}
