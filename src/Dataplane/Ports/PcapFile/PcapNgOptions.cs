namespace NetworkingSfc.Dataplane.Ports.PcapFile;

/// <summary>Walks the options of a pcapng block: code (2), length (2), value, padding to 4 bytes; code 0 ends them.</summary>
internal ref struct PcapNgOptions(ReadOnlySpan<byte> options, ByteOrder order)
{
    private const int HeaderLength = 4;
    private const int EnterpriseNumberLength = 4;

    private readonly ByteOrder _order = order;
    private ReadOnlySpan<byte> _rest = options;

    /// <summary>Why the options cannot be walked to their end, or null.</summary>
    public string? Damage { get; private set; }

    /// <summary>Gives the next option. False after the last, and at damage.</summary>
    public bool TryNext(out int code, out ReadOnlySpan<byte> value)
    {
        code = 0;
        value = default;
        if (_rest.IsEmpty || Damage is not null)
        {
            return false;
        }

        if (_rest.Length < HeaderLength)
        {
            Damage = $"{_rest.Length} bytes are left for an option header of {HeaderLength}";
            return false;
        }

        code = _order.UInt16(_rest);
        int length = _order.UInt16(_rest[2..]);
        int padded = (length + 3) & ~3;
        if (padded > _rest.Length - HeaderLength)
        {
            Damage = $"option {code} of {length} bytes does not fit the {_rest.Length - HeaderLength} left in its block";
            return false;
        }

        if (code == 0)
        {
            return false;
        }

        if (IsCustom(code) && length < EnterpriseNumberLength)
        {
            Damage = $"custom option {code} of {length} bytes has no room for its enterprise number";
            return false;
        }

        value = _rest.Slice(HeaderLength, length);
        _rest = _rest[(HeaderLength + padded)..];
        return true;
    }

    private static bool IsCustom(int code) => code is 2988 or 2989 or 19372 or 19373;
}
