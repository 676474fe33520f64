using NetworkingSfc.Dataplane.Memory;

namespace NetworkingSfc.Dataplane.Ports.Offload;

/// <summary>
/// Takes what the kernel hands over into a worker's packet memory: whole frames with right checksums, none longer than its
/// sender meant for the wire.
/// </summary>
/// <param name="arena">The worker's packet memory.</param>
internal sealed class FrameIntake(PacketArena arena)
{
    private readonly PacketArena _arena = arena;
    private readonly FrameSegmenter _segmenter = new();

    /// <summary>Frames put into batches.</summary>
    public long Received { get; private set; }

    /// <summary>Frames that fit no buffer: too long, or for a segmentation that this host does not do.</summary>
    public long Oversize { get; private set; }

    /// <summary>Frames whose unfinished checksum would lie outside of them.</summary>
    public long Invalid { get; private set; }

    /// <summary>Appends a frame, or the segments it stands for.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="header">What is still to be done to it.</param>
    /// <param name="timestampNanoseconds">When it was received, in nanoseconds since 1970-01-01 00:00 UTC, or 0.</param>
    /// <param name="batch">Gets what there is room for, in it and in the arena.</param>
    /// <returns>
    /// True when the frame is done with; false when the room ended first: the caller comes again with the same bytes.
    /// </returns>
    public bool TryTake(ReadOnlySpan<byte> frame, in VirtioNetHeader header, long timestampNanoseconds, PacketBatch batch)
    {
        if (!_segmenter.IsActive)
        {
            if (header.SegmentKind == 0)
            {
                return TryTakeWhole(frame, in header, timestampNanoseconds, batch);
            }

            if (!_segmenter.TryBegin(frame, in header))
            {
                Oversize++;
                return true;
            }
        }

        while (_segmenter.IsActive)
        {
            if (_segmenter.NextLength > _arena.FrameBytes)
            {
                Oversize++;
                _segmenter.Skip();
                continue;
            }

            if (!TryRent(batch, out int slot))
            {
                return false;
            }

            Append(batch, slot, _segmenter.Next(frame, Room(slot)), timestampNanoseconds);
        }

        return true;
    }

    /// <summary>Counts a frame of which the kernel kept the beginning only.</summary>
    public void RefuseCut() => Oversize++;

    /// <summary>The frame that was begun with does not come again.</summary>
    public void Abandon() => _segmenter.Abandon();

    private bool TryTakeWhole(ReadOnlySpan<byte> frame, in VirtioNetHeader header, long timestampNanoseconds, PacketBatch batch)
    {
        if (frame.Length > _arena.FrameBytes)
        {
            Oversize++;
            return true;
        }

        if (!TryRent(batch, out int slot))
        {
            return false;
        }

        Span<byte> room = Room(slot);
        frame.CopyTo(room);
        if (header.NeedsChecksum && !ChecksumCompletion.TryComplete(room[..frame.Length], header.ChecksumStart, header.ChecksumOffset))
        {
            Invalid++;
            _arena.Return(slot);
            return true;
        }

        Append(batch, slot, frame.Length, timestampNanoseconds);
        return true;
    }

    private bool TryRent(PacketBatch batch, out int slot)
    {
        slot = -1;
        return batch.Free > 0 && _arena.TryRent(out slot);
    }

    private Span<byte> Room(int slot) => _arena.Slot(slot)[PacketArena.HeadroomBytes..];

    private void Append(PacketBatch batch, int slot, int length, long timestampNanoseconds)
    {
        _arena.Origin(slot).TimestampNanoseconds = timestampNanoseconds;
        batch.Append(slot, PacketArena.HeadroomBytes, length, length);
        Received++;
    }
}
