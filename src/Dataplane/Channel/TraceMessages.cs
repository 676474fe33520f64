using System.Collections.Immutable;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Tracing;

namespace NetworkingSfc.Dataplane.Channel;

/// <summary>The contents of frames about a trace, written and read. Any bytes may be read: they are refused or mean something.</summary>
public static class TraceMessages
{
    private const int NoNumber = -1;
    private const int LeastRecordBytes = 40;

    /// <summary>Writes what is to be traced.</summary>
    public static byte[] Of(TraceRequest request) => ChannelMessages.Write(writer =>
    {
        writer.Int32(request.Count);
        writer.UInt64((ulong)request.Limit.Ticks);
        writer.Int32(request.Filter.IngressPort ?? NoNumber);

        // A rule without a path is written as one with path 0.
        writer.List([.. request.Filter.Rules.Select(rule => new SteeringRule(rule, 0, 0))], SnapshotEncoder.Rule);
        writer.List(request.Filter.Paths, static (w, path) => w.Int32(path));
    });

    /// <summary>Reads what is to be traced.</summary>
    /// <exception cref="SnapshotFormatException">It is nothing that can be traced.</exception>
    public static TraceRequest ReadRequest(ReadOnlyMemory<byte> bytes)
    {
        SnapshotReader reader = new(bytes);
        int count = reader.Int32();
        ulong ticks = reader.UInt64();
        if (count is < 1 or > TraceRequest.MostPackets || ticks > (ulong)TraceRequest.LongestTime.Ticks)
        {
            throw reader.Refuse($"a trace of {count} packets or {ticks} ticks is not possible");
        }

        TraceFilter filter = new()
        {
            IngressPort = Number(reader.Int32()),
            Rules = [.. reader.List(SnapshotRecords.Rules).Select(rule => rule.Rule)],
            Paths = reader.List(sizeof(int), static r => r.Int32()),
        };
        reader.End();
        return new TraceRequest(filter, count, TimeSpan.FromTicks((long)ticks));
    }

    /// <summary>Writes what became of packets.</summary>
    public static byte[] Of(ImmutableArray<TraceRecord> records) => ChannelMessages.Write(writer => writer.List(records, Write));

    /// <summary>Reads what became of packets.</summary>
    public static ImmutableArray<TraceRecord> ReadRecords(ReadOnlyMemory<byte> bytes)
    {
        SnapshotReader reader = new(bytes);
        ImmutableArray<TraceRecord> records = reader.List(LeastRecordBytes, Read);
        reader.End();
        return records;
    }

    /// <summary>Writes how a trace ended, or that it was refused.</summary>
    public static byte[] Of(TraceEnd end, bool isRefused) => ChannelMessages.Write(writer =>
    {
        writer.Byte(isRefused ? (byte)1 : (byte)0);
        writer.Int32(end.Packets);
        writer.UInt64((ulong)end.NotRecorded);
        writer.Text(end.Reason);
    });

    /// <summary>Reads how a trace ended, or that it was refused.</summary>
    public static (TraceEnd End, bool IsRefused) ReadEnd(ReadOnlyMemory<byte> bytes)
    {
        SnapshotReader reader = new(bytes);
        bool isRefused = reader.Byte(limit: 1) == 1;
        int packets = reader.Int32();
        long notRecorded = (long)reader.UInt64();
        TraceEnd end = new(reader.Text(), packets, notRecorded);
        reader.End();
        return (end, isRefused);
    }

    private static void Write(SnapshotWriter writer, TraceRecord record)
    {
        writer.Int32(record.Packet);
        writer.Byte((byte)record.Effect);
        writer.UInt64((ulong)record.TimeNanoseconds);
        writer.Int32(record.Worker);
        writer.Int32(record.IngressPort);
        writer.Byte((byte)record.Verdict);
        writer.Byte((byte)record.Reason);
        writer.Int32(record.OutputPort ?? NoNumber);
        writer.Byte((byte)((record.Place is null ? 0 : 1) | (record.Member is null ? 0 : 2) | (record.Sent is null ? 0 : 4)));
        Write(writer, record.Received);
        if (record.Place is { } place)
        {
            writer.Int32(place.PathId);
            writer.Int32(place.HopsDone);
            writer.Int32(place.Hops);
        }

        if (record.Member is { } member)
        {
            writer.UInt128(member);
        }

        if (record.Sent is { } sent)
        {
            Write(writer, sent);
        }
    }

    private static TraceRecord Read(SnapshotReader reader)
    {
        TraceRecord record = new()
        {
            Packet = reader.Int32(),
            Effect = (TraceEffect)reader.Byte(limit: (byte)TraceEffect.Answer),
            TimeNanoseconds = (long)reader.UInt64(),
            Worker = reader.Int32(),
            IngressPort = reader.Int32(),
            Verdict = (Verdict)reader.Byte(limit: (byte)Verdict.Drop),
            Reason = (DropReason)reader.Byte(limit: (byte)DropReasonCatalog.All.Length),
            OutputPort = Number(reader.Int32()),
            Received = new TraceFrame(0, default),
        };
        byte parts = reader.Byte(limit: 7);
        return record with
        {
            Received = Frame(reader),
            Place = (parts & 1) == 0 ? null : new TracePlace(reader.Int32(), reader.Int32(), reader.Int32()),
            Member = (parts & 2) == 0 ? null : reader.UInt128(),
            Sent = (parts & 4) == 0 ? null : Frame(reader),
        };
    }

    private static void Write(SnapshotWriter writer, TraceFrame frame)
    {
        writer.Int32(frame.Length);
        writer.Bytes(frame.Bytes.Span);
    }

    private static TraceFrame Frame(SnapshotReader reader) => new(reader.Int32(), reader.Bytes(TraceBytes.Most));

    private static int? Number(int number) => number == NoNumber ? null : number;
}
