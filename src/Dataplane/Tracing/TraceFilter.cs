using System.Collections.Immutable;
using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Tracing;

/// <summary>Which packets are traced. What is not said matches every packet.</summary>
/// <remarks>
/// Addresses, protocol and ports are those that the stages see: of the inner packet where an NSH or a label was read, and of the
/// first fragment where a later one follows it. So a filter finds a packet at each hop of its path.
/// </remarks>
public sealed record TraceFilter
{
    /// <summary>Number of the port the packet came in at.</summary>
    public int? IngressPort { get; init; }

    /// <summary>The packet matches one of them; empty for any packet, also one without an IP header.</summary>
    public ImmutableArray<FlowRule> Rules { get; init; } = [];

    /// <summary>Service path ids, of which the packet is on one when it leaves or is dropped; empty for any packet, also one in no chain.</summary>
    public ImmutableArray<int> Paths { get; init; } = [];

    /// <summary>True when the packet as it came matches; <see cref="Paths"/> are asked for later.</summary>
    /// <param name="headers">Its headers.</param>
    /// <param name="ingressPort">Number of the port it came in at.</param>
    internal bool Matches(in PacketHeaders headers, int ingressPort) =>
        (IngressPort is not int port || port == ingressPort) && (Rules.IsEmpty || MatchesRule(headers));

    private bool MatchesRule(in PacketHeaders headers)
    {
        FlowKey key = new()
        {
            SourceAddress = headers.SourceAddress,
            DestinationAddress = headers.DestinationAddress,
            SourcePort = headers.SourcePort,
            DestinationPort = headers.DestinationPort,
            Protocol = headers.Protocol,
            EtherType = headers.IpVersion switch
            {
                4 => EtherType.Ipv4,
                6 => EtherType.Ipv6,
                _ => 0,
            },
        };
        foreach (ref readonly FlowRule rule in Rules.AsSpan())
        {
            if (rule.Matches(key))
            {
                return true;
            }
        }

        return false;
    }
}
