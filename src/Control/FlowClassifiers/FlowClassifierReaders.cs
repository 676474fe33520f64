using System.Numerics;
using System.Text.Json;
using NetworkingSfc.Control.Attributes;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.FlowClassifiers;

/// <summary>Readers of the attributes that only flow classifiers have. Words are taken in any case.</summary>
internal static class FlowClassifierReaders
{
    private static readonly (string Word, IpFamily Value)[] _ethertypes = [("IPv4", IpFamily.IPv4), ("IPv6", IpFamily.IPv6)];
    private static readonly (string Word, FlowProtocol Value)[] _protocols =
        [("tcp", FlowProtocol.Tcp), ("udp", FlowProtocol.Udp), ("icmp", FlowProtocol.Icmp)];

    public static string Word(IpFamily ethertype) => _ethertypes.First(pair => pair.Value == ethertype).Word;

    public static string? Word(FlowProtocol? protocol) => protocol is null ? null : _protocols.First(pair => pair.Value == protocol).Word;

    /// <summary>Null stands for IPv4.</summary>
    public static Reading Ethertype(string attribute, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return Reading.Of(IpFamily.IPv4);
        }

        return Find(_ethertypes, value) is { } index
            ? Reading.Of(_ethertypes[index].Value)
            : FlowClassifierProblems.InvalidEthertype(PythonText.Str(value), attribute);
    }

    /// <summary>Null stands for any protocol.</summary>
    public static Reading Protocol(string attribute, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return Reading.Of(null);
        }

        return Find(_protocols, value) is { } index
            ? Reading.Of(_protocols[index].Value)
            : FlowClassifierProblems.InvalidProtocol(PythonText.Str(value), attribute);
    }

    /// <summary>Converts a list filter to the word that answers show.</summary>
    public static Reading EthertypeFilter(string attribute, JsonElement value)
    {
        Reading reading = Ethertype(attribute, value);
        return reading.Problem is null ? Reading.Of(Word((IpFamily)reading.Value!)) : reading;
    }

    /// <summary>Converts a list filter to the word that answers show.</summary>
    public static Reading ProtocolFilter(string attribute, JsonElement value)
    {
        Reading reading = Protocol(attribute, value);
        return reading.Problem is null ? Reading.Of(Word((FlowProtocol?)reading.Value)) : reading;
    }

    /// <summary>A port number, or null for no bound.</summary>
    public static Reading PortBound(string attribute, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return Reading.Of(null);
        }

        return Numbers.TryConvert(value, out BigInteger number) && number >= ushort.MinValue && number <= ushort.MaxValue
            ? Reading.Of((ushort)number)
            : FlowClassifierProblems.InvalidPortValue(PythonText.Str(value), attribute);
    }

    /// <summary>Only an empty object, or null, is possible.</summary>
    public static Reading L7Parameters(string attribute, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return Reading.Of(null);
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            return ApiProblem.InvalidValue(attribute, $"'{PythonText.Str(value)}' is not a dictionary");
        }

        string? unknown = JsonMembers.Of(value).Keys.FirstOrDefault();
        return unknown is null ? Reading.Of(null) : FlowClassifierProblems.InvalidL7Parameter(unknown, attribute);
    }

    private static int? Find<T>((string Word, T Value)[] words, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        int index = Array.FindIndex(words, pair => pair.Word.Equals(value.GetString(), StringComparison.OrdinalIgnoreCase));
        return index < 0 ? null : index;
    }
}
