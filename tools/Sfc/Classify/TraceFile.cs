using System.Collections.Immutable;
using NetworkingSfc.Classifier;
using NetworkingSfc.Sfc.Client;

namespace NetworkingSfc.Sfc.Classify;

/// <summary>Packets with the answer that each must get.</summary>
internal static class TraceFile
{
    private const string LineFormat = "'SOURCE DESTINATION SOURCE-PORT DESTINATION-PORT PROTOCOL EXPECTED', TAB separated,";

    /// <summary>Reads a file.</summary>
    /// <param name="path">Its path, perhaps compressed with gzip.</param>
    /// <exception cref="CommandFailure">The file cannot be read or is empty, or a line is wrong.</exception>
    public static ImmutableArray<TracePacket> Read(string path)
    {
        ImmutableArray<TracePacket>.Builder packets = ImmutableArray.CreateBuilder<TracePacket>();
        FieldReader lines = new(path, LineFormat);
        while (lines.NextLine())
        {
            packets.Add(ReadPacket(ref lines));
        }

        return packets.Count > 0 ? packets.ToImmutable() : throw new CommandFailure($"'{path}' is empty; a trace of one packet or more is accepted.");
    }

    /// <summary>Reads what is left of a line as one packet.</summary>
    /// <param name="lines">The file, in the line.</param>
    public static TracePacket ReadPacket(ref FieldReader lines)
    {
        UInt128 source = Address(ref lines, "source", out _);
        UInt128 destination = Address(ref lines, "destination", out ushort etherType);
        FlowKey key = new()
        {
            EtherType = etherType,
            SourceAddress = source,
            DestinationAddress = destination,
            SourcePort = (ushort)lines.Number("source port", 0, ushort.MaxValue),
            DestinationPort = (ushort)lines.Number("destination port", 0, ushort.MaxValue),
            Protocol = (byte)lines.Number("protocol", 0, byte.MaxValue),
        };
        int expected = lines.Number("expected rule", IFlowClassifier.NoMatch, int.MaxValue);
        lines.EndLine();
        return new TracePacket(key, expected);
    }

    private static UInt128 Address(ref FieldReader lines, string name, out ushort etherType)
    {
        ReadOnlySpan<byte> field = lines.Field(name);
        if (!AddressText.TryParseNumber(field, out UInt128 address, out etherType))
        {
            throw lines.Wrong(name, field, AddressText.AcceptedNumber);
        }

        lines.SameFamily(etherType);
        return address;
    }
}
