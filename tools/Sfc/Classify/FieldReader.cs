using System.Buffers.Text;
using System.IO.Compression;
using System.Text;
using NetworkingSfc.Sfc.Client;
using NetworkingSfc.Sfc.Printing;

namespace NetworkingSfc.Sfc.Classify;

/// <summary>
/// Lines of fields between blanks and tabs, of a file that may be compressed with gzip. Whatever is wrong ends the
/// command with the file, the line (counted from 1, as editors do) and what is accepted.
/// </summary>
internal ref struct FieldReader
{
    private const int LongestQuote = 60;

    private static readonly byte[] _gzipMagic = [0x1f, 0x8b];

    private readonly string _path;
    private readonly string _lineFormat;
    private ReadOnlySpan<byte> _rest;
    private ReadOnlySpan<byte> _line;
    private int _lineNumber;
    private ushort _etherType;

    /// <summary>Reads the file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="lineFormat">What every line looks like, for messages.</param>
    /// <exception cref="CommandFailure">The file cannot be read.</exception>
    public FieldReader(string path, string lineFormat)
    {
        _path = path;
        _lineFormat = lineFormat;
        _rest = ReadWhole(path);
    }

    /// <summary>Goes to the next line; false at the end of the file.</summary>
    public bool NextLine()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        int end = _rest.IndexOf((byte)'\n');
        _line = end < 0 ? _rest : _rest[..end];
        _rest = end < 0 ? [] : _rest[(end + 1)..];
        _lineNumber++;
        return true;
    }

    /// <summary>The next field of the line.</summary>
    /// <param name="name">What it is, for the message when it is missing.</param>
    public ReadOnlySpan<byte> Field(string name)
    {
        _line = _line.TrimStart(" \t\r"u8);
        if (_line.IsEmpty)
        {
            throw Wrong($"{name} is missing");
        }

        int end = _line.IndexOfAny(" \t\r"u8);
        ReadOnlySpan<byte> field = end < 0 ? _line : _line[..end];
        _line = _line[field.Length..];
        return field;
    }

    /// <summary>The next field, a decimal number.</summary>
    /// <param name="name">What it is.</param>
    /// <param name="least">Smallest number accepted.</param>
    /// <param name="most">Largest number accepted.</param>
    public int Number(string name, int least, int most)
    {
        ReadOnlySpan<byte> field = Field(name);
        return Utf8Parser.TryParse(field, out int number, out int used) && used == field.Length && number >= least && number <= most
            ? number
            : throw Wrong(name, field, $"a decimal number from {least} to {most}");
    }

    /// <summary>Fails unless the line ends here.</summary>
    public void EndLine()
    {
        _line = _line.Trim(" \t\r"u8);
        if (!_line.IsEmpty)
        {
            throw Wrong($"'{Quote(_line)}' follows behind the last field");
        }
    }

    /// <summary>The EtherType of an address's family, which is that of every other address in the file.</summary>
    /// <param name="etherType">The family of the address.</param>
    public ushort SameFamily(ushort etherType)
    {
        if (_etherType != 0 && _etherType != etherType)
        {
            throw Wrong("IPv4 and IPv6 addresses in one file", "files of one family are");
        }

        return _etherType = etherType;
    }

    /// <summary>The failure of a field.</summary>
    /// <param name="name">What the field is.</param>
    /// <param name="field">Its text.</param>
    /// <param name="accepted">What would be accepted.</param>
    public readonly CommandFailure Wrong(string name, ReadOnlySpan<byte> field, string accepted) =>
        Wrong($"{name} '{Quote(field)}'", accepted + " is");

    /// <summary>The failure of a whole line.</summary>
    /// <param name="what">What is wrong with it.</param>
    public readonly CommandFailure Wrong(string what) => Wrong(what, _lineFormat + " is");

    private readonly CommandFailure Wrong(string what, string acceptedIs) => new($"{_path}, line {_lineNumber}: {what}; {acceptedIs} accepted.");

    private static string Quote(ReadOnlySpan<byte> text) =>
        TableOutput.Printable(Encoding.UTF8.GetString(text[..Math.Min(text.Length, LongestQuote)]));

    private static byte[] ReadWhole(string path)
    {
        try
        {
            byte[] content = File.ReadAllBytes(path);
            if (!content.AsSpan().StartsWith(_gzipMagic))
            {
                return content;
            }

            using GZipStream compressed = new(new MemoryStream(content), CompressionMode.Decompress);
            using MemoryStream whole = new(content.Length * 8);
            compressed.CopyTo(whole);
            return whole.ToArray();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or InvalidDataException)
        {
            throw new CommandFailure($"'{path}' cannot be read: {failure.Message}; a text file, perhaps compressed with gzip, is accepted.");
        }
    }
}
