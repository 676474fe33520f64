using System.Collections.Immutable;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Dataplane.Channel;

/// <summary>
/// How one list becomes another: its new length, then runs of "leave out n, keep n, insert these". What is kept stays the same
/// object, and a list of which all is kept the same list.
/// </summary>
internal static class ListEdit
{
    private const int LeastRunBytes = 12;

    /// <summary>Writes the runs that lead from one list of records to another.</summary>
    public static void Write<T>(SnapshotWriter writer, ImmutableArray<T> before, ImmutableArray<T> now, RecordKind<T> kind)
        where T : notnull
    {
        int[]? origins = before == now ? null : ListAlignment.Origins(before.AsSpan(), now.AsSpan(), new SameRecords<T>(kind));
        Write(writer, origins, now, kind.Write);
    }

    /// <summary>Writes the runs for elements whose places in the list before are known; null when no element has another place.</summary>
    public static void Write<T>(SnapshotWriter writer, int[]? origins, ImmutableArray<T> now, Action<SnapshotWriter, T> write)
    {
        writer.Int32(now.Length);
        List<(int LeftOut, int Kept, int Inserted)> runs = origins is null ? [(0, now.Length, 0)] : Runs(origins);
        writer.Int32(runs.Count);
        int place = 0;
        foreach ((int leftOut, int kept, int inserted) in runs)
        {
            writer.Int32(leftOut);
            writer.Int32(kept);
            writer.Int32(inserted);
            place += kept;
            for (int end = place + inserted; place < end; place++)
            {
                write(writer, now[place]);
            }
        }
    }

    /// <summary>Reads runs and makes the list that they lead to.</summary>
    /// <param name="reader">At the runs.</param>
    /// <param name="before">The list before.</param>
    /// <param name="leastBytes">Bytes of an inserted element at least.</param>
    /// <param name="read">Reads one.</param>
    /// <exception cref="SnapshotFormatException">The runs do not fit the list, or are not whole.</exception>
    public static ImmutableArray<T> Apply<T>(SnapshotReader reader, ImmutableArray<T> before, int leastBytes, Func<SnapshotReader, T> read)
    {
        int length = reader.Int32();
        if (length < 0 || length > before.Length + (long)(reader.Left / leastBytes))
        {
            throw reader.Refuse($"a list of {before.Length} elements cannot become {length} with the bytes that follow");
        }

        ImmutableArray<T>.Builder? items = null;
        int runs = reader.Count(LeastRunBytes);
        int old = 0;
        for (int run = 0; run < runs; run++)
        {
            int leftOut = reader.Int32();
            int kept = reader.Int32();
            if (leftOut < 0 || kept < 0 || (long)old + leftOut + kept > before.Length)
            {
                throw reader.Refuse($"{leftOut} elements are left out and {kept} kept of {before.Length - old}");
            }

            int inserted = reader.Count(leastBytes);
            if ((items?.Count ?? 0) + (long)kept + inserted > length)
            {
                throw reader.Refuse($"a list of {length} elements gets more");
            }

            if (items is null && kept == length && kept == before.Length)
            {
                return runs == 1 && inserted == 0 ? before : throw reader.Refuse("a list that stays has further runs");
            }

            items ??= ImmutableArray.CreateBuilder<T>(length);
            items.AddRange(before.AsSpan(old + leftOut, kept));
            old += leftOut + kept;
            for (int i = 0; i < inserted; i++)
            {
                items.Add(read(reader));
            }
        }

        return (items?.Count ?? 0) == length ? items?.MoveToImmutable() ?? []
            : throw reader.Refuse($"a list of {length} elements gets only {items?.Count ?? 0}");
    }

    private static List<(int LeftOut, int Kept, int Inserted)> Runs(int[] origins)
    {
        List<(int LeftOut, int Kept, int Inserted)> runs = [];
        int old = 0;
        int place = 0;
        while (place < origins.Length)
        {
            int leftOut = origins[place] == ListAlignment.New ? 0 : origins[place] - old;
            int first = place;
            while (place < origins.Length && origins[place] == old + leftOut + place - first)
            {
                place++;
            }

            int kept = place - first;
            while (place < origins.Length && origins[place] == ListAlignment.New)
            {
                place++;
            }

            runs.Add((leftOut, kept, place - first - kept));
            old += leftOut + kept;
        }

        return runs;
    }
}
