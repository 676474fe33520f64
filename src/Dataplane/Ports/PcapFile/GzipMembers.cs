using System.IO.Compression;

namespace NetworkingSfc.Dataplane.Ports.PcapFile;

/// <summary>
/// Unpacks gzip (RFC 1952), any number of members, and notices when the last is cut short or followed by something
/// else: a read then gives <see cref="InvalidDataException"/>, after every byte that could be unpacked.
/// </summary>
/// <remarks>
/// <see cref="GZipStream"/> takes a cut-off member for a finished one. So a member of our own is put behind the real
/// ones: only if they were complete does its content come out at the end, where it is taken off again.
/// </remarks>
internal sealed class GzipMembers : ForwardStream
{
    private readonly GZipStream _unpacked;
    private readonly byte[] _held = new byte[GzipEndMark.Content.Length];
    private int _heldLength;
    private bool _isEnded;
    private bool _isComplete;

    /// <summary>Unpacks a stream, which the caller closes.</summary>
    public GzipMembers(Stream packed)
    {
        _unpacked = new GZipStream(new GzipEndMark(packed), CompressionMode.Decompress);
    }

    /// <summary>Gives unpacked bytes, holding back the last, which might be the mark.</summary>
    /// <param name="buffer">Longer than the mark.</param>
    public override int Read(Span<byte> buffer)
    {
        if (_isEnded)
        {
            return _isComplete ? 0 : throw Damaged();
        }

        _held.AsSpan(0, _heldLength).CopyTo(buffer);
        int filled = _heldLength;
        while (filled <= _held.Length)
        {
            int count = Unpack(buffer[filled..]);
            if (count == 0)
            {
                _isEnded = true;
                _isComplete = buffer[..filled].SequenceEqual(GzipEndMark.Content);
                return _isComplete ? 0 : filled != 0 ? filled : throw Damaged();
            }

            filled += count;
        }

        _heldLength = _held.Length;
        buffer[(filled - _heldLength)..filled].CopyTo(_held);
        return filled - _heldLength;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _unpacked.Dispose();
        }

        base.Dispose(disposing);
    }

    private static InvalidDataException Damaged() => new("the gzip data is damaged, cut short, or followed by other bytes");

    private int Unpack(Span<byte> buffer)
    {
        try
        {
            return _unpacked.Read(buffer);
        }
        catch (InvalidDataException)
        {
            // Its message speaks of an unsupported method whatever happened; and bytes held back come out first.
            return 0;
        }
    }
}
