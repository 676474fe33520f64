namespace NetworkingSfc.Dataplane.Ports.PcapFile;

/// <summary>One packet of a capture file, as a view into the reader's buffer.</summary>
/// <remarks>
/// Valid until the next call on the <see cref="CaptureReader"/> that gave it. Where the link type puts capture
/// metadata in front of the frame (<see cref="PseudoHeader"/>), neither <see cref="Data"/> nor
/// <see cref="WireLength"/> counts that metadata: both speak of the frame.
/// </remarks>
public readonly ref struct CaptureRecord
{
    /// <summary>The captured bytes of the frame, from its first byte.</summary>
    public ReadOnlySpan<byte> Data { get; init; }

    /// <summary>
    /// Length of the frame on the wire in bytes, as the file states it. Usually at least the length of
    /// <see cref="Data"/>; a damaged file may state anything. From 0; what exceeds <see cref="int.MaxValue"/> is
    /// given as that.
    /// </summary>
    public int WireLength { get; init; }

    /// <summary>
    /// Position of the receiving interface among all interfaces the file has described, from 0. Counts on through the
    /// sections of a pcapng file. Always 0 in a classic pcap file.
    /// </summary>
    public int InterfaceIndex { get; init; }

    /// <summary>The registered link type (LINKTYPE_ number, 0 to 65535) that says what <see cref="Data"/> starts with.</summary>
    public int LinkType { get; init; }

    /// <summary>
    /// Nanoseconds since 1970-01-01 00:00 UTC, truncated from finer resolutions; 0 where the format has no time.
    /// Times a <see cref="long"/> cannot hold (before 1677, after 2262) become its smallest or largest value.
    /// </summary>
    public long TimestampNanoseconds { get; init; }

    /// <summary>
    /// Bits of frame check sequence at the end of the frame, where the file states it; otherwise -1. The sequence,
    /// if any, is part of <see cref="Data"/>.
    /// </summary>
    public int FcsLengthBits { get; init; }

    /// <summary>The way the packet went past the interface; unknown in a classic pcap file.</summary>
    public CaptureDirection Direction { get; init; }
}
