using System.Buffers.Binary;

namespace NetworkingSfc.Dataplane.Ports.PcapFile;

/// <summary>
/// Reads pcapng (draft-ietf-opsawg-pcapng): sections in either byte order, interfaces with their own link type and
/// clock, packets in three kinds of blocks. Other blocks are passed over without being held.
/// <code>
/// 0: type (4)
/// 4: total length (4), a multiple of 4; writers that do not round it up are forgiven
/// 8: body
///    total length (4) again
/// </code>
/// </summary>
internal sealed class PcapNg(CaptureInput input) : CaptureFormat(input)
{
    // As tshark: an Enhanced Packet Block with the largest D-Bus message and 128 KiB of options.
    private const long MaximumBlockLength = 32 + (128 * 1024 * 1024) + (128 * 1024);

    // What is looked at as a whole must fit memory at a reasonable size: the bound before there was D-Bus.
    private const int MaximumHeldLength = 16 * 1024 * 1024;

    // Only bounds memory: no capture has as many.
    private const int MaximumInterfaces = 65_536;

    private const int Overhead = PcapNgBlockContent.Overhead;

    private readonly List<PcapNgInterface> _interfaces = [];
    private int _interfacesBefore;
    private ByteOrder _order;

    /// <summary>True when these four bytes begin a pcapng file.</summary>
    public static bool IsMagic(ReadOnlySpan<byte> first) =>
        BinaryPrimitives.ReadUInt32BigEndian(first) == (uint)PcapNgBlockType.SectionHeader;

    public override bool TryRead(out CaptureRecord record)
    {
        record = default;
        while (Error is null)
        {
            ReadOnlySpan<byte> bytes = Input.Peek(Overhead);
            if (bytes.Length < Overhead)
            {
                return bytes.IsEmpty ? End() : FailShort("a block", Overhead, bytes.Length);
            }

            PcapNgBlockType type = (PcapNgBlockType)_order.UInt32(bytes);
            if (type == PcapNgBlockType.SectionHeader && !TryTakeByteOrder(bytes[8..]))
            {
                break;
            }

            long length = RoundUp(_order.UInt32(bytes[4..]));
            if (!CheckLength(type, length))
            {
                break;
            }

            switch (type)
            {
                case PcapNgBlockType.EnhancedPacket:
                case PcapNgBlockType.Packet:
                    return TryReadPacket(type, length, bytes, out record);
                case PcapNgBlockType.SimplePacket:
                    return TryReadSimplePacket(length, bytes, out record);
                default:
                    _ = TryReadOther(type, length);
                    break;
            }
        }

        return false;
    }

    private static long RoundUp(uint length) => (length + 3L) & ~3L;

    private static int RoundUp(int length) => (length + 3) & ~3;

    private bool TryTakeByteOrder(ReadOnlySpan<byte> magic)
    {
        const uint expected = 0x1A2B_3C4D;
        if (BinaryPrimitives.ReadUInt32BigEndian(magic) == expected)
        {
            _order = new ByteOrder(isBigEndian: true);
        }
        else if (BinaryPrimitives.ReadUInt32LittleEndian(magic) == expected)
        {
            _order = new ByteOrder(isBigEndian: false);
        }
        else
        {
            return Fail(
                Input.Offset + 8,
                $"the byte order mark of a section is {Convert.ToHexString(magic[..4])}",
                "accepted are 1A2B3C4D and 4D3C2B1A");
        }

        return true;
    }

    private bool CheckLength(PcapNgBlockType type, long length)
    {
        int minimum = PcapNgBlockContent.MinimumLength(type);
        return (length >= minimum && length <= MaximumBlockLength) || Fail(
            Input.Offset,
            $"a block of type 0x{(uint)type:X8} claims {length} bytes",
            $"accepted are {minimum} to {MaximumBlockLength} for this type");
    }

    private bool TryReadOther(PcapNgBlockType type, long length)
    {
        bool isHeader = type is PcapNgBlockType.SectionHeader or PcapNgBlockType.InterfaceDescription;
        if (length > MaximumHeldLength && isHeader)
        {
            return Fail(Input.Offset, $"a header block claims {length} bytes", $"accepted are at most {MaximumHeldLength}");
        }

        if (length > MaximumHeldLength || !(isHeader || PcapNgBlockContent.IsChecked(type)))
        {
            return TrySkipBlock(length);
        }

        if (!TryHold((int)length, default, out ReadOnlySpan<byte> block))
        {
            return false;
        }

        ReadOnlySpan<byte> body = block[8..^4];
        string? damage = type switch
        {
            PcapNgBlockType.SectionHeader => ReadSection(body),
            PcapNgBlockType.InterfaceDescription => ReadInterface(body),
            _ => PcapNgBlockContent.FindDamage(type, body, _order),
        };
        if (damage is not null)
        {
            return Fail(Input.Offset, damage, "accepted are blocks as in draft-ietf-opsawg-pcapng");
        }

        Input.Consume(block.Length);
        return true;
    }

    private string? ReadSection(ReadOnlySpan<byte> body)
    {
        // Byte order mark (4), major (2), minor (2), section length (8), options.
        int major = _order.UInt16(body[4..]);
        int minor = _order.UInt16(body[6..]);
        if (major != 1 || minor is not (0 or 2))
        {
            return $"a section has format version {major}.{minor}, not 1.0 or 1.2";
        }

        _interfacesBefore += _interfaces.Count;
        _interfaces.Clear();
        return PcapNgBlockContent.FindDamageInOptions(body[16..], _order);
    }

    private string? ReadInterface(ReadOnlySpan<byte> body)
    {
        if (_interfaces.Count == MaximumInterfaces)
        {
            return $"a section describes more than {MaximumInterfaces} interfaces";
        }

        if (PcapNgInterface.TryRead(body, _order, out string? damage) is PcapNgInterface description)
        {
            _interfaces.Add(description);
        }

        return damage;
    }

    private bool TrySkipBlock(long length)
    {
        long start = Input.Offset;
        if (!Input.TrySkip(length - 4))
        {
            return FailShort("a block", length, Input.Offset - start);
        }

        ReadOnlySpan<byte> trailer = Input.Peek(4);
        if (trailer.Length < 4)
        {
            return FailShort("the length that ends a block", 4, trailer.Length);
        }

        if (!CheckTrailer(trailer, length))
        {
            return false;
        }

        Input.Consume(4);
        return true;
    }

    /// <summary>Has the whole block in one piece, without consuming it, its two lengths found equal.</summary>
    /// <param name="length">Length of the block.</param>
    /// <param name="bytes">What is already in sight of it: mostly all, so that the input need not be asked again.</param>
    /// <param name="block">The block.</param>
    private bool TryHold(int length, ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> block)
    {
        block = bytes.Length >= length ? bytes : Input.Peek(length);
        if (block.Length < length)
        {
            return FailShort("a block", length, block.Length);
        }

        block = block[..length];
        return CheckTrailer(block[^4..], length);
    }

    private bool CheckTrailer(ReadOnlySpan<byte> trailer, long length)
    {
        uint again = _order.UInt32(trailer);
        return RoundUp(again) == length
            || Fail(Input.Offset, $"a block begins with length {length} and ends with {again}", "accepted are two equal lengths");
    }

    private bool TryReadPacket(PcapNgBlockType type, long length, ReadOnlySpan<byte> bytes, out CaptureRecord record)
    {
        // Interface (4; in the old block 2, then drops 2), ticks high (4), ticks low (4), captured (4), wire (4).
        const int fixedLength = 28;
        record = default;
        if (bytes.Length < fixedLength)
        {
            bytes = Input.Peek(fixedLength);
            if (bytes.Length < fixedLength)
            {
                return FailShort("a packet block", length, bytes.Length);
            }
        }

        uint index = type == PcapNgBlockType.Packet ? _order.UInt16(bytes[8..]) : _order.UInt32(bytes[8..]);
        ulong ticks = ((ulong)_order.UInt32(bytes[12..]) << 32) | _order.UInt32(bytes[16..]);
        uint captured = _order.UInt32(bytes[20..]);
        uint wire = _order.UInt32(bytes[24..]);
        if (!TryFindInterface(index, out PcapNgInterface description) || !CheckCaptured(captured, description, length - fixedLength - 4))
        {
            return false;
        }

        int dataEnd = fixedLength + RoundUp((int)captured);
        long optionsLength = length - dataEnd - 4;
        if (optionsLength > MaximumHeldLength)
        {
            return Fail(Input.Offset, $"a packet has {optionsLength} bytes of options", $"accepted are at most {MaximumHeldLength}");
        }

        if (!TryHold((int)length, bytes, out ReadOnlySpan<byte> block))
        {
            return false;
        }

        uint flags = 0;
        if (optionsLength != 0 && !TryReadOptions(block[dataEnd..^4], out flags))
        {
            return false;
        }

        return TryGive(block, block.Slice(fixedLength, (int)captured), wire, (int)index, description.ToNanoseconds(ticks), flags, out record);
    }

    private bool TryReadSimplePacket(long length, ReadOnlySpan<byte> bytes, out CaptureRecord record)
    {
        // Wire length (4), then the data; what was captured of it follows from the first interface's snapshot length.
        const int fixedLength = 12;
        record = default;
        uint wire = _order.UInt32(bytes[8..]);
        if (!TryFindInterface(0, out PcapNgInterface description))
        {
            return false;
        }

        uint captured = description.SnapshotLength != 0 ? Math.Min(wire, description.SnapshotLength) : wire;
        if (!CheckCaptured(captured, description, length - fixedLength - 4))
        {
            return false;
        }

        int needed = fixedLength + RoundUp((int)captured) + 4;
        if (length != needed)
        {
            return Fail(Input.Offset, $"a simple packet block of {captured} captured bytes claims {length} bytes", $"accepted are {needed}");
        }

        return TryHold(needed, bytes, out ReadOnlySpan<byte> block)
            && TryGive(block, block.Slice(fixedLength, (int)captured), wire, index: 0, nanoseconds: 0, flags: 0, out record);
    }

    private bool TryFindInterface(uint index, out PcapNgInterface description)
    {
        if (index < (uint)_interfaces.Count)
        {
            description = _interfaces[(int)index];
            return true;
        }

        description = null!;
        return Fail(Input.Offset, $"a packet names interface {index}", $"accepted are those its section has described: {_interfaces.Count} so far");
    }

    private bool CheckCaptured(uint captured, PcapNgInterface description, long room)
    {
        if (RoundUp(captured) <= room && captured <= description.MaximumPacketLength)
        {
            return true;
        }

        long most = Math.Min(description.MaximumPacketLength, room);
        return Fail(
            Input.Offset,
            $"a packet claims {captured} captured bytes",
            $"accepted are at most {most} (block size, and bound for link type {description.LinkType})");
    }

    private bool TryReadOptions(ReadOnlySpan<byte> bytes, out uint flags)
    {
        flags = 0;
        bool hasFlags = false;
        PcapNgOptions options = new(bytes, _order);
        string? damage = null;
        while (damage is null && options.TryNext(out int code, out ReadOnlySpan<byte> value))
        {
            if (!PcapNgPacketOption.HasValidLength(code, value))
            {
                damage = $"packet option {code} has {value.Length} bytes, which its definition rules out";
            }
            else if (code == PcapNgPacketOption.Flags && !hasFlags)
            {
                flags = _order.UInt32(value);
                hasFlags = true;
            }
        }

        damage ??= options.Damage;
        return damage is null || Fail(Input.Offset, damage, "accepted are options as in draft-ietf-opsawg-pcapng");
    }

    private bool TryGive(
        ReadOnlySpan<byte> block, ReadOnlySpan<byte> packet, uint wire, int index, long nanoseconds, uint flags, out CaptureRecord record)
    {
        record = default;
        PcapNgInterface description = _interfaces[index];
        if (!TryTakePseudoHeader(description.LinkType, Input.Offset, ref packet, ref wire))
        {
            return false;
        }

        int fcsLengthBits = PcapNgPacketOption.FcsLengthBits(flags);
        record = new CaptureRecord
        {
            Data = packet,
            WireLength = Saturate(wire),
            InterfaceIndex = _interfacesBefore + index,
            LinkType = description.LinkType,
            TimestampNanoseconds = nanoseconds,
            FcsLengthBits = fcsLengthBits != 0 ? fcsLengthBits : description.FcsLengthBits,
            Direction = PcapNgPacketOption.Direction(flags),
        };
        Input.Consume(block.Length);
        return true;
    }
}
