using System.Buffers;
using System.Collections.Immutable;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Channel;

/// <summary>
/// One definition as the difference to the one before it: magic, version, both generations, the plain members, then each list
/// as a <see cref="ListEdit"/>. A rule table that has changed is inserted as the edit of a table that was left out.
/// </summary>
/// <remarks>
/// Any bytes may be applied: they are refused, or give a definition at most as long as the one before and the bytes together. What is
/// unchanged is the same object in both definitions, so that who builds snapshots sees it without looking.
/// </remarks>
public static class SnapshotDelta
{
    /// <summary>First bytes of every delta: "SFCD".</summary>
    internal const uint Magic = 0x4443_4653;

    private const int NoBase = -1;
    private const int LeastTableBytes = 12;

    /// <summary>Appends what leads from one definition to another.</summary>
    /// <param name="before">The definition that the receiver has.</param>
    /// <param name="next">The one it is to have.</param>
    /// <param name="output">Where to.</param>
    public static void Encode(SteeringDefinition before, SteeringDefinition next, IBufferWriter<byte> output)
    {
        SnapshotWriter writer = new(output);
        writer.UInt32(Magic);
        writer.UInt16(SnapshotEncoder.Version);
        writer.UInt64(before.Generation);
        writer.UInt64(next.Generation);
        writer.UInt64(next.HashSeed);
        writer.UInt64(next.ForwarderMac.Value);
        ListEdit.Write(writer, before.Networks, next.Networks, SnapshotRecords.Networks);
        ListEdit.Write(writer, before.Ports, next.Ports, SnapshotRecords.Ports);
        ListEdit.Write(writer, before.Groups, next.Groups, SnapshotRecords.Groups);
        ListEdit.Write(writer, before.Paths, next.Paths, SnapshotRecords.Paths);
        WriteTables(writer, before.RuleTables, next.RuleTables);
        ListEdit.Write(writer, before.Legend, next.Legend, SnapshotRecords.Labels);
    }

    /// <summary>Whether a delta starts from the definition that is held; only then can it be applied.</summary>
    /// <param name="held">The definition.</param>
    /// <param name="bytes">The delta.</param>
    /// <exception cref="SnapshotFormatException">The bytes are no delta of this version.</exception>
    public static bool StartsFrom(SteeringDefinition held, ReadOnlyMemory<byte> bytes) => Begin(bytes).From == held.Generation;

    /// <summary>Makes the next definition.</summary>
    /// <param name="before">The definition that the delta starts from.</param>
    /// <param name="bytes">The delta.</param>
    /// <exception cref="SnapshotFormatException">The bytes are no delta of this version, or one for another definition.</exception>
    public static SteeringDefinition Apply(SteeringDefinition before, ReadOnlyMemory<byte> bytes)
    {
        (SnapshotReader reader, ulong from) = Begin(bytes);
        if (from != before.Generation)
        {
            throw new SnapshotFormatException($"The delta starts from generation {from}, and generation {before.Generation} is held.");
        }

        SteeringDefinition next = before with
        {
            Generation = reader.UInt64(),
            HashSeed = reader.UInt64(),
            ForwarderMac = SnapshotDecoder.Mac(reader),
            Networks = Apply(reader, before.Networks, SnapshotRecords.Networks),
            Ports = Apply(reader, before.Ports, SnapshotRecords.Ports),
            Groups = Apply(reader, before.Groups, SnapshotRecords.Groups),
            Paths = Apply(reader, before.Paths, SnapshotRecords.Paths),
            RuleTables = ApplyTables(reader, before.RuleTables),
            Legend = Apply(reader, before.Legend, SnapshotRecords.Labels),
        };
        reader.End();
        return next;
    }

    private static (SnapshotReader Reader, ulong From) Begin(ReadOnlyMemory<byte> bytes)
    {
        SnapshotReader reader = new(bytes);
        if (reader.UInt32() != Magic)
        {
            throw new SnapshotFormatException("The bytes are not an encoded delta: the first four must be \"SFCD\".");
        }

        ushort version = reader.UInt16();
        return version == SnapshotEncoder.Version ? (reader, reader.UInt64())
            : throw new SnapshotFormatException($"The delta has the encoding version {version}; version {SnapshotEncoder.Version} is accepted.");
    }

    private static ImmutableArray<T> Apply<T>(SnapshotReader reader, ImmutableArray<T> before, RecordKind<T> kind) =>
        ListEdit.Apply(reader, before, kind.LeastBytes, kind.Read);

    // Tables that stay are the same objects. Those that came follow, in their order, from those that went.
    private static void WriteTables(SnapshotWriter writer, ImmutableArray<RuleTableDefinition> before, ImmutableArray<RuleTableDefinition> next)
    {
        int[] origins = ListAlignment.Origins<RuleTableDefinition>(before.AsSpan(), next.AsSpan(), ReferenceEqualityComparer.Instance);
        HashSet<int> kept = [.. origins];
        Queue<int> gone = new(Enumerable.Range(0, before.Length).Where(table => !kept.Contains(table)));
        ListEdit.Write(writer, origins, next, (w, table) =>
        {
            int from = gone.TryDequeue(out int place) ? place : NoBase;
            w.Int32(from);
            ListEdit.Write(w, from == NoBase ? [] : before[from].Rules, table.Rules, SnapshotRecords.Rules);
        });
    }

    private static ImmutableArray<RuleTableDefinition> ApplyTables(SnapshotReader reader, ImmutableArray<RuleTableDefinition> before)
    {
        // A table serves as a base once, or a short delta could ask for any amount of memory.
        HashSet<int> taken = [];
        return ListEdit.Apply(reader, before, LeastTableBytes, r =>
        {
            int from = r.Int32();
            if (from == NoBase)
            {
                return new RuleTableDefinition(Apply(r, [], SnapshotRecords.Rules));
            }

            if ((uint)from >= (uint)before.Length || !taken.Add(from))
            {
                throw r.Refuse($"the rule table {from} does not exist or has gone into another one");
            }

            ImmutableArray<SteeringRule> rules = Apply(r, before[from].Rules, SnapshotRecords.Rules);
            return rules == before[from].Rules ? before[from] : new RuleTableDefinition(rules);
        });
    }
}
