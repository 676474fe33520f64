using System.Collections.Immutable;
using NetworkingSfc.Classifier;

namespace NetworkingSfc.Sfc.Classify;

/// <summary>Rules in the text format of ClassBench. The line number, counted from 0, is the rule's id and rank.</summary>
internal static class RuleFile
{
    private const string LineFormat = "'@SOURCE/LENGTH DESTINATION/LENGTH LOW : HIGH LOW : HIGH 0xPROTOCOL/0xMASK', TAB separated,";

    /// <summary>Reads a file.</summary>
    /// <param name="path">Its path, perhaps compressed with gzip.</param>
    /// <exception cref="Client.CommandFailure">The file cannot be read or a line is wrong.</exception>
    public static ImmutableArray<FlowRule> Read(string path)
    {
        ImmutableArray<FlowRule>.Builder rules = ImmutableArray.CreateBuilder<FlowRule>();
        FieldReader lines = new(path, LineFormat);
        while (lines.NextLine())
        {
            ReadOnlySpan<byte> first = lines.Field("source");
            if (!first.StartsWith("@"u8))
            {
                throw lines.Wrong("source", first, "'@' and " + AddressText.AcceptedPrefix);
            }

            AddressPrefix source = Prefix(ref lines, "source", first[1..], out _);
            AddressPrefix destination = Prefix(ref lines, "destination", lines.Field("destination"), out ushort etherType);
            rules.Add(new FlowRule(etherType)
            {
                Source = source,
                Destination = destination,
                SourcePorts = Range(ref lines, "source port"),
                DestinationPorts = Range(ref lines, "destination port"),
                Protocol = Protocol(ref lines),
            });
            lines.EndLine();
        }

        return rules.ToImmutable();
    }

    private static AddressPrefix Prefix(ref FieldReader lines, string name, ReadOnlySpan<byte> field, out ushort etherType)
    {
        if (!AddressText.TryParsePrefix(field, out AddressPrefix prefix, out etherType))
        {
            throw lines.Wrong(name, field, AddressText.AcceptedPrefix);
        }

        lines.SameFamily(etherType);
        return prefix;
    }

    private static (ushort Minimum, ushort Maximum) Range(ref FieldReader lines, string name)
    {
        int low = lines.Number(name, 0, ushort.MaxValue);
        ReadOnlySpan<byte> separator = lines.Field("the ':' between ports");
        if (!separator.SequenceEqual(":"u8))
        {
            throw lines.Wrong("between ports", separator, "':'");
        }

        int high = lines.Number(name, 0, ushort.MaxValue);
        return low <= high
            ? ((ushort)low, (ushort)high)
            : throw lines.Wrong($"{name}s {low} : {high} are upside down");
    }

    private static byte? Protocol(ref FieldReader lines)
    {
        ReadOnlySpan<byte> field = lines.Field("protocol");
        if (field.Length == "0x06/0xff"u8.Length && field.StartsWith("0x"u8)
            && byte.TryParse(field[2..4], System.Globalization.NumberStyles.AllowHexSpecifier, null, out byte protocol))
        {
            if (field[4..].SequenceEqual("/0xff"u8))
            {
                return protocol;
            }

            if (field[4..].SequenceEqual("/0x00"u8))
            {
                return null;
            }
        }

        throw lines.Wrong("protocol", field, "two hexadecimal digits and a mask, as 0x06/0xff or 0x00/0x00,");
    }
}
