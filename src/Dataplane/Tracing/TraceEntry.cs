using System.Runtime.CompilerServices;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;

namespace NetworkingSfc.Dataplane.Tracing;

/// <summary>A record as it stands in the ring; <see cref="TraceRecord"/> says what it means.</summary>
internal struct TraceEntry
{
    /// <summary>Value of <see cref="PathId"/> for a frame that was on no path.</summary>
    public const int NoPath = -1;

    public long TimeNanoseconds;
    public UInt128 Member;
    public int Packet;
    public int IngressPort;
    public int OutputPort;
    public int PathId;
    public int HopsDone;
    public int Hops;
    public bool HasMember;
    public TraceEffect Effect;
    public Verdict Verdict;
    public DropReason Reason;
    public TraceBytes Received;
    public TraceBytes Sent;
}

/// <summary>The first bytes of a frame.</summary>
internal struct TraceBytes
{
    /// <summary>Bytes that are kept of a frame.</summary>
    public const int Most = 256;

    /// <summary>Bytes that the frame had.</summary>
    public int FrameLength;

    private FirstBytes _bytes;

    /// <summary>Keeps the first bytes of a frame.</summary>
    /// <param name="frame">The frame.</param>
    public void Keep(ReadOnlySpan<byte> frame)
    {
        FrameLength = frame.Length;
        Span<byte> bytes = _bytes;
        frame[..Math.Min(frame.Length, Most)].CopyTo(bytes);
    }

    /// <summary>What is kept.</summary>
    public readonly byte[] ToArray()
    {
        ReadOnlySpan<byte> bytes = _bytes;
        return bytes[..Math.Min(FrameLength, Most)].ToArray();
    }

    [InlineArray(Most)]
    private struct FirstBytes
    {
        private byte _first;
    }
}
