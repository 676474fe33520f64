using System.Collections.Immutable;
using System.Globalization;
using NetworkingSfc.Classifier;
using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.Ports;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Tracing;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Control.Tracing;

/// <summary>Reads a filter as people write it, <c>src=10.0.0.0/8 proto=tcp dport=443 port=NAME chain=NAME</c>, against the state that is published.</summary>
internal static class TraceFilterReader
{
    /// <summary>What may stand in a filter.</summary>
    public const string Accepted =
        "src=PREFIX, dst=PREFIX, proto=tcp|udp|sctp|icmp|icmpv6 or a number, sport=PORT or FIRST-LAST, dport= likewise, port=NAME or id of the port it comes in at, chain=NAME or id of a port chain, with spaces between, each once";

    /// <summary>Reads a filter.</summary>
    /// <param name="text">The filter; empty for every packet.</param>
    /// <param name="state">What names mean.</param>
    /// <param name="filter">The filter, when there is no problem.</param>
    /// <returns>What is wrong, or null.</returns>
    public static ApiProblem? Read(string text, CompiledState state, out TraceFilter filter)
    {
        filter = new TraceFilter();
        Dictionary<string, string> terms = [];
        foreach (string term in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = term.Split('=', 2);
            if (parts.Length != 2 || parts[1].Length == 0 || !terms.TryAdd(parts[0], parts[1]))
            {
                return Refused(term);
            }
        }

        FlowRule ports = new(0);
        IpPrefix? source = null;
        IpPrefix? destination = null;
        string? protocol = null;
        foreach ((string name, string value) in terms)
        {
            switch (name)
            {
                case "src" when TryPrefix(value, out IpPrefix prefix):
                    source = prefix;
                    break;
                case "dst" when TryPrefix(value, out IpPrefix prefix):
                    destination = prefix;
                    break;
                case "proto" when TryProtocol(value, IpFamily.IPv4, out _):
                    protocol = value;
                    break;
                case "sport" when TryRange(value, out (ushort, ushort) range):
                    ports = ports with { SourcePorts = range };
                    break;
                case "dport" when TryRange(value, out (ushort, ushort) range):
                    ports = ports with { DestinationPorts = range };
                    break;
                case "port" when state.Resources.Ports.AsEnumerable().Where(port => IsCalled(port, value)).ToArray() is [Port port]:
                    filter = filter with { IngressPort = state.Numbers.Ports[port.Id] };
                    break;
                case "chain" when state.Resources.PortChains.AsEnumerable().Where(chain => IsCalled(chain, value)).ToArray() is [PortChain chain]:
                    filter = filter with { Paths = PathsOf(state, chain) };
                    break;
                default:
                    return Refused($"{name}={value}");
            }
        }

        if (source is { } from && destination is { } to && from.Family != to.Family)
        {
            return Refused($"src={terms["src"]} dst={terms["dst"]}");
        }

        // Without addresses it matches both families; without anything about IP also what is none.
        bool isAboutIp = source is not null || destination is not null || protocol is not null || ports.SourcePorts != FlowRule.AnyPort || ports.DestinationPorts != FlowRule.AnyPort;
        IpFamily[] families = !isAboutIp ? [] : (source ?? destination) is { } one ? [one.Family] : [IpFamily.IPv4, IpFamily.IPv6];
        filter = filter with
        {
            Rules = [.. families.Select(family => ports with
            {
                EtherType = family == IpFamily.IPv6 ? EtherType.Ipv6 : EtherType.Ipv4,
                Protocol = protocol is not null && TryProtocol(protocol, family, out byte number) ? number : null,
                Source = PrefixOf(source),
                Destination = PrefixOf(destination),
            })],
        };
        return null;
    }

    private static ApiProblem Refused(string term) => ApiProblem.BadRequest($"'{term}' is not possible in the filter of a trace. Accepted are {Accepted}.");

    private static bool IsCalled(Resource resource, string text) => resource.Id.ToString() == text || resource.Name == text;

    private static ImmutableArray<int> PathsOf(CompiledState state, PortChain chain) =>
        [.. state.Definition.Paths.Where(path => path.Counter == state.Numbers.Chains[chain.Id]).Select(path => path.NshPathId.Value)];

    // An address alone is a prefix of all its bits.
    private static bool TryPrefix(string text, out IpPrefix prefix) =>
        IpPrefix.TryParse(text.Contains('/', StringComparison.Ordinal) ? text : $"{text}/{(text.Contains(':', StringComparison.Ordinal) ? 128 : 32)}", out prefix);

    private static AddressPrefix PrefixOf(IpPrefix? prefix) => prefix is IpPrefix given ? new AddressPrefix(given.Address.Value, (byte)given.Length) : default;

    // As in flow classifiers, icmp means ICMPv6 in IPv6.
    private static bool TryProtocol(string text, IpFamily family, out byte number)
    {
        number = text switch
        {
            "tcp" => IpProtocol.Tcp,
            "udp" => IpProtocol.Udp,
            "sctp" => IpProtocol.Sctp,
            "icmp" => family == IpFamily.IPv6 ? IpProtocol.Icmpv6 : IpProtocol.Icmp,
            "icmpv6" => IpProtocol.Icmpv6,
            _ => 0,
        };
        return number > 0 || byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private static bool TryRange(string text, out (ushort Minimum, ushort Maximum) range)
    {
        string[] ends = text.Split('-');
        range = default;
        if (ends.Length > 2
            || !ushort.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out ushort first)
            || !ushort.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out ushort last))
        {
            return false;
        }

        range = (first, last);
        return first <= last;
    }
}
