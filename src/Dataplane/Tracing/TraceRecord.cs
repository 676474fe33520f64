using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;

namespace NetworkingSfc.Dataplane.Tracing;

/// <summary>What became of a packet at one crossing of the forwarder, or of a copy of it or an answer to it.</summary>
public sealed record TraceRecord
{
    /// <summary>Number of the packet in the trace, from 1. Its copies and the answer to it have the same.</summary>
    public required int Packet { get; init; }

    /// <summary>What the record tells the fate of.</summary>
    public required TraceEffect Effect { get; init; }

    /// <summary>When the burst with the packet was taken up, in nanoseconds since 1970-01-01 00:00 UTC.</summary>
    public required long TimeNanoseconds { get; init; }

    /// <summary>Number of the worker.</summary>
    public required int Worker { get; init; }

    /// <summary>Number of the port that the packet came in at.</summary>
    public required int IngressPort { get; init; }

    /// <summary>The packet as it came in.</summary>
    public required TraceFrame Received { get; init; }

    /// <summary><see cref="Verdict.Deliver"/>, <see cref="Verdict.EndOfPath"/> or <see cref="Verdict.Switch"/> for what was sent, else <see cref="Verdict.Drop"/>.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Why it was dropped, when it was.</summary>
    public DropReason Reason { get; init; }

    /// <summary>Where on a path it was; null for what was in no chain, or dropped before that was known.</summary>
    public TracePlace? Place { get; init; }

    /// <summary>Id of the member of the group that it was steered to; null when none was chosen.</summary>
    public UInt128? Member { get; init; }

    /// <summary>Number of the port that it was sent to, or would have been; null when none was chosen.</summary>
    public int? OutputPort { get; init; }

    /// <summary>What was given to that port; null for what was dropped before.</summary>
    public TraceFrame? Sent { get; init; }

    internal static TraceRecord Of(in TraceEntry entry, int worker) => new()
    {
        Packet = entry.Packet,
        Effect = entry.Effect,
        TimeNanoseconds = entry.TimeNanoseconds,
        Worker = worker,
        IngressPort = entry.IngressPort,
        Received = FrameOf(entry.Received),
        Verdict = entry.Verdict,
        Reason = entry.Reason,
        Place = entry.PathId == TraceEntry.NoPath ? null : new TracePlace(entry.PathId, entry.HopsDone, entry.Hops),
        Member = entry.HasMember ? entry.Member : null,
        OutputPort = entry.OutputPort == PacketDecision.NoPort ? null : entry.OutputPort,
        Sent = entry.Sent.FrameLength == 0 ? null : FrameOf(entry.Sent),
    };

    private static TraceFrame FrameOf(in TraceBytes bytes) => new(bytes.FrameLength, bytes.ToArray());
}

/// <summary>A place on a service path.</summary>
/// <param name="PathId">Service path id, also where functions know no NSH.</param>
/// <param name="HopsDone">Hops behind the packet.</param>
/// <param name="Hops">Hops of the path.</param>
public sealed record TracePlace(int PathId, int HopsDone, int Hops);

/// <summary>A frame of which the beginning is kept.</summary>
/// <param name="Length">Bytes that it had.</param>
/// <param name="Bytes">The first of them, at most 256.</param>
public sealed record TraceFrame(int Length, ReadOnlyMemory<byte> Bytes);
