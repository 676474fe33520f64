using System.Buffers.Binary;
using System.Collections.Immutable;

namespace NetworkingSfc.Control.Compilation;

/// <summary>
/// The numbers that the dataplane knows ports and counters by. A number is given once and never to another thing, so that a
/// worker's queues and counts stay with what they belong to when the snapshot changes. Immutable.
/// </summary>
/// <remarks>
/// Numbers are given in order, so the <see cref="Legend"/> lists who got the next one: a word for the kind, then the ids. It travels
/// with the snapshot, and a control process that starts gets it back from the forwarder.
/// </remarks>
public sealed record StableNumbers
{
    private const int PortWord = 1;
    private const int ChainWord = 2;
    private const int MemberWord = 3;

    // What came since the legend was put together, newest first.
    private ImmutableStack<UInt128> _recent = [];
    private ImmutableArray<UInt128> _legend = [];

    /// <summary>No numbers given.</summary>
    public static StableNumbers None { get; } = new();

    /// <summary>Port number by port id.</summary>
    public ImmutableDictionary<Guid, int> Ports { get; private init; } = ImmutableDictionary<Guid, int>.Empty;

    /// <summary>Row in <c>WorkerCounters.Entered</c> by chain id.</summary>
    public ImmutableDictionary<Guid, int> Chains { get; private init; } = ImmutableDictionary<Guid, int>.Empty;

    /// <summary>Row in <c>WorkerCounters.Steered</c> by chain, group and port pair id.</summary>
    public ImmutableDictionary<MemberKey, int> Members { get; private init; } = ImmutableDictionary<MemberKey, int>.Empty;

    /// <summary>Who got the numbers, in the order in which they were given; the same list while none was.</summary>
    public ImmutableArray<UInt128> Legend
    {
        get
        {
            if (!_recent.IsEmpty)
            {
                _legend = [.. _legend, .. _recent.Reverse()];
                _recent = [];
            }

            return _legend;
        }
    }

    /// <summary>The number the dataplane knows a port pair by, which is its UUID read as one big-endian number.</summary>
    /// <param name="portPair">The pair's id.</param>
    public static UInt128 StableId(Guid portPair)
    {
        Span<byte> bytes = stackalloc byte[16];
        portPair.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    /// <summary>The numbers that a legend tells of, or null when it is none.</summary>
    /// <param name="legend">What <see cref="Legend"/> was.</param>
    public static StableNumbers? FromLegend(ImmutableArray<UInt128> legend)
    {
        ImmutableDictionary<Guid, int>.Builder ports = ImmutableDictionary.CreateBuilder<Guid, int>();
        ImmutableDictionary<Guid, int>.Builder chains = ImmutableDictionary.CreateBuilder<Guid, int>();
        ImmutableDictionary<MemberKey, int>.Builder members = ImmutableDictionary.CreateBuilder<MemberKey, int>();
        int place = 0;
        while (place < legend.Length)
        {
            UInt128 word = legend[place];
            int ids = word == MemberWord ? 3 : 1;
            bool isNew = place + ids < legend.Length && (
                word == PortWord ? ports.TryAdd(Id(1), ports.Count)
                : word == ChainWord ? chains.TryAdd(Id(1), chains.Count)
                : word == MemberWord && members.TryAdd(new MemberKey(Id(1), Id(2), Id(3)), members.Count));
            if (!isNew)
            {
                return null;
            }

            place += 1 + ids;
        }

        return new StableNumbers { Ports = ports.ToImmutable(), Chains = chains.ToImmutable(), Members = members.ToImmutable(), _legend = legend };

        Guid Id(int offset)
        {
            Span<byte> bytes = stackalloc byte[16];
            BinaryPrimitives.WriteUInt128BigEndian(bytes, legend[place + offset]);
            return new Guid(bytes, bigEndian: true);
        }
    }

    /// <summary>Whether everything that has a number in a legend has the same one here.</summary>
    /// <param name="legend">What <see cref="Legend"/> is elsewhere.</param>
    public bool Extends(ImmutableArray<UInt128> legend) => Legend.AsSpan().StartsWith(legend.AsSpan());

    /// <summary>Numbers for a port, given now when it has none.</summary>
    /// <param name="port">The port's id.</param>
    public StableNumbers WithPort(Guid port) =>
        Ports.ContainsKey(port) ? this : With(PortWord, port) with { Ports = Ports.Add(port, Ports.Count) };

    /// <summary>Numbers for a chain's counter.</summary>
    /// <param name="chain">The chain's id.</param>
    public StableNumbers WithChain(Guid chain) =>
        Chains.ContainsKey(chain) ? this : With(ChainWord, chain) with { Chains = Chains.Add(chain, Chains.Count) };

    /// <summary>Numbers for the counter of a member at a hop.</summary>
    /// <param name="member">Chain, group and port pair.</param>
    public StableNumbers WithMember(MemberKey member) => Members.ContainsKey(member) ? this
        : With(MemberWord, member.Chain, member.Group, member.PortPair) with { Members = Members.Add(member, Members.Count) };

    private StableNumbers With(int word, params ReadOnlySpan<Guid> ids)
    {
        ImmutableStack<UInt128> recent = _recent.Push((UInt128)word);
        foreach (Guid id in ids)
        {
            recent = recent.Push(StableId(id));
        }

        return this with { _recent = recent };
    }

    /// <summary>A member of a hop: a group occurs once in a chain, so chain and group name the hop.</summary>
    /// <param name="Chain">The chain's id.</param>
    /// <param name="Group">The group's id.</param>
    /// <param name="PortPair">The port pair's id.</param>
    public readonly record struct MemberKey(Guid Chain, Guid Group, Guid PortPair);
}
