namespace NetworkingSfc.Dataplane.Ports.PcapFile;

/// <summary>What an Interface Description Block says about the packets that name it.</summary>
internal sealed class PcapNgInterface
{
    private const long NanosecondsPerSecond = 1_000_000_000;
    private const ulong DefaultTicksPerSecond = 1_000_000;

    private const int TimestampResolution = 9;
    private const int Filter = 11;
    private const int FcsLength = 13;
    private const int TimestampOffset = 14;

    private ulong _ticksPerSecond = DefaultTicksPerSecond;
    private ulong _nanosecondsPerTick;
    private long _offsetSeconds;
    private ulong _mostPlainTicks;
    private bool _isPlain;

    public int LinkType { get; private init; }

    /// <summary>Most bytes captured of a packet; 0 for no limit. Decides how long a Simple Packet Block is.</summary>
    public uint SnapshotLength { get; private init; }

    /// <summary>Bits of frame check sequence, or -1 when the file does not say.</summary>
    public int FcsLengthBits { get; private set; } = -1;

    public int MaximumPacketLength { get; private init; }

    /// <summary>Reads the description from the block's body: link type (2), reserved (2), snapshot length (4), options.</summary>
    /// <param name="body">At least 8 bytes.</param>
    /// <param name="order">Byte order of the section.</param>
    /// <param name="damage">What is wrong with the options, or null.</param>
    public static PcapNgInterface? TryRead(ReadOnlySpan<byte> body, ByteOrder order, out string? damage)
    {
        int linkType = order.UInt16(body);
        PcapNgInterface result = new()
        {
            LinkType = linkType,
            SnapshotLength = order.UInt32(body[4..]),
            MaximumPacketLength = PcapFile.LinkType.MaximumPacketLength(linkType),
        };

        bool hasResolution = false;
        PcapNgOptions options = new(body[8..], order);
        while (options.TryNext(out int code, out ReadOnlySpan<byte> value))
        {
            switch (code)
            {
                // A value of another size than its definition means nothing; the first of several counts.
                case TimestampResolution when value.Length == 1 && !hasResolution:
                    result._ticksPerSecond = TicksPerSecond(value[0]);
                    hasResolution = true;
                    break;
                case FcsLength when value.Length == 1 && result.FcsLengthBits < 0:
                    result.FcsLengthBits = value[0];
                    break;
                case TimestampOffset when value.Length == 8 && result._offsetSeconds == 0:
                    result._offsetSeconds = order.Int64(value);
                    break;
                case Filter when value.IsEmpty:
                    damage = "the filter option of an interface is empty";
                    return null;
                default:
                    break;
            }
        }

        damage = options.Damage;
        if (NanosecondsPerSecond % (Int128)result._ticksPerSecond == 0)
        {
            result._nanosecondsPerTick = NanosecondsPerSecond / result._ticksPerSecond;
            result._mostPlainTicks = long.MaxValue / result._nanosecondsPerTick;
            result._isPlain = result._offsetSeconds == 0;
        }

        return damage is null ? result : null;
    }

    /// <summary>Nanoseconds since 1970 of a timestamp of this interface; saturates.</summary>
    public long ToNanoseconds(ulong ticks)
    {
        // Clocks of whole nanoseconds and without an offset are nearly all there are, and need no 128 bits.
        if (_isPlain && ticks <= _mostPlainTicks)
        {
            return (long)(ticks * _nanosecondsPerTick);
        }

        Int128 nanoseconds = _nanosecondsPerTick != 0
            ? (Int128)ticks * _nanosecondsPerTick
            : ((Int128)(ticks / _ticksPerSecond) * NanosecondsPerSecond)
                + ((Int128)(ticks % _ticksPerSecond) * NanosecondsPerSecond / _ticksPerSecond);
        if (_offsetSeconds != 0)
        {
            nanoseconds += (Int128)_offsetSeconds * NanosecondsPerSecond;
        }

        return nanoseconds > long.MaxValue ? long.MaxValue : nanoseconds < long.MinValue ? long.MinValue : (long)nanoseconds;
    }

    private static ulong TicksPerSecond(byte resolution)
    {
        // Bit 7 chooses powers of 2 over powers of 10. What 64 bits cannot hold is finer than any clock, and every
        // timestamp in it less than two seconds: the largest value says the same.
        int exponent = resolution & 0x7F;
        if ((resolution & 0x80) != 0)
        {
            return exponent < 64 ? 1UL << exponent : ulong.MaxValue;
        }

        if (exponent > 19)
        {
            return ulong.MaxValue;
        }

        ulong ticks = 1;
        for (int i = 0; i < exponent; i++)
        {
            ticks *= 10;
        }

        return ticks;
    }
}
