using System.Buffers.Binary;
using System.Collections.Immutable;

namespace NetworkingSfc.Control.Compilation;

/// <summary>
/// The numbers that the dataplane knows ports and counters by. A number is given once and never to another thing, so that a
/// worker's queues and counts stay with what they belong to when the snapshot changes. Immutable.
/// </summary>
public sealed record StableNumbers
{
    /// <summary>No numbers given.</summary>
    public static StableNumbers None { get; } = new();

    /// <summary>Port number by port id.</summary>
    public ImmutableDictionary<Guid, int> Ports { get; private init; } = ImmutableDictionary<Guid, int>.Empty;

    /// <summary>Row in <c>WorkerCounters.Entered</c> by chain id.</summary>
    public ImmutableDictionary<Guid, int> Chains { get; private init; } = ImmutableDictionary<Guid, int>.Empty;

    /// <summary>Row in <c>WorkerCounters.Steered</c> by chain, group and port pair id.</summary>
    public ImmutableDictionary<MemberKey, int> Members { get; private init; } = ImmutableDictionary<MemberKey, int>.Empty;

    /// <summary>The number the dataplane knows a port pair by, which is its UUID read as one big-endian number.</summary>
    /// <param name="portPair">The pair's id.</param>
    public static UInt128 StableId(Guid portPair)
    {
        Span<byte> bytes = stackalloc byte[16];
        portPair.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    /// <summary>Numbers for a port, given now when it has none.</summary>
    /// <param name="port">The port's id.</param>
    public StableNumbers WithPort(Guid port) => Ports.ContainsKey(port) ? this : this with { Ports = Ports.Add(port, Ports.Count) };

    /// <summary>Numbers for a chain's counter.</summary>
    /// <param name="chain">The chain's id.</param>
    public StableNumbers WithChain(Guid chain) => Chains.ContainsKey(chain) ? this : this with { Chains = Chains.Add(chain, Chains.Count) };

    /// <summary>Numbers for the counter of a member at a hop.</summary>
    /// <param name="member">Chain, group and port pair.</param>
    public StableNumbers WithMember(MemberKey member) =>
        Members.ContainsKey(member) ? this : this with { Members = Members.Add(member, Members.Count) };

    /// <summary>A member of a hop: a group occurs once in a chain, so chain and group name the hop.</summary>
    /// <param name="Chain">The chain's id.</param>
    /// <param name="Group">The group's id.</param>
    /// <param name="PortPair">The port pair's id.</param>
    public readonly record struct MemberKey(Guid Chain, Guid Group, Guid PortPair);
}
