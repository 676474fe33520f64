using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Sfc.Parse;

/// <summary>Writes one tab-separated row per packet through a buffer of its own. A row costs no allocation.</summary>
internal sealed class FiveTupleTable
{
    private const int BufferBytes = 64 * 1024;

    // Four lengths of 11 digits, two addresses of 32, seven short numbers and the separators.
    private const int MaxRowBytes = 256;

    private readonly Stream _output;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _length;
    private long _row;

    /// <summary>Starts the table with its header line. <paramref name="output"/> stays the caller's to dispose.</summary>
    public FiveTupleTable(Stream output)
    {
        _output = output;
        Put("n\tencap\tframe_len\tcap_len\tl3\tsrc\tdst\tproto\tsport\tdport\tfrag_offset\tmore_fragments\n"u8);
    }

    /// <summary>Adds the row of the next packet. Cells without an answer are empty.</summary>
    public void Add(int encapsulation, int frameLength, int capturedLength, in PacketHeaders headers)
    {
        if (_buffer.Length - _length < MaxRowBytes)
        {
            Flush();
        }

        Put(++_row);
        PutCell(encapsulation);
        PutCell(frameLength);
        PutCell(capturedLength);
        if (headers.IpVersion == 0)
        {
            Put("\t\t\t\t\t\t\t\t\n"u8);
            return;
        }

        if (headers.IpVersion == Ipv4Header.VersionNumber)
        {
            Put("\tip\t"u8);
            PutHex(headers.SourceLow, 8);
            Put("\t"u8);
            PutHex(headers.DestinationLow, 8);
        }
        else
        {
            Put("\tipv6\t"u8);
            PutHex(headers.SourceHigh, 16);
            PutHex(headers.SourceLow, 16);
            Put("\t"u8);
            PutHex(headers.DestinationHigh, 16);
            PutHex(headers.DestinationLow, 16);
        }

        PutCell(headers.Protocol);
        if (headers.HasPorts)
        {
            PutCell(headers.SourcePort);
            PutCell(headers.DestinationPort);
        }
        else
        {
            Put("\t\t"u8);
        }

        PutCell(headers.FragmentOffset);
        Put(headers.MoreFragments ? "\t1\n"u8 : "\t0\n"u8);
    }

    /// <summary>Hands the rows so far to the output; to be called after the last one.</summary>
    public void Flush()
    {
        _output.Write(_buffer, 0, _length);
        _length = 0;
        _output.Flush();
    }

    private void PutCell(int number)
    {
        _buffer[_length++] = (byte)'\t';
        Put(number);
    }

    private void Put(long number)
    {
        number.TryFormat(_buffer.AsSpan(_length), out int written);
        _length += written;
    }

    private void PutHex(ulong number, int digits)
    {
        for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4)
        {
            _buffer[_length++] = "0123456789abcdef"u8[(int)(number >> shift) & 15];
        }
    }

    private void Put(ReadOnlySpan<byte> text)
    {
        text.CopyTo(_buffer.AsSpan(_length));
        _length += text.Length;
    }
}
