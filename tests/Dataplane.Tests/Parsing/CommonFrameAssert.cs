using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.FlowTable;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Parsing.Fast;
using NetworkingSfc.Dataplane.Wire;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Parsing;

/// <summary>Where the short way says yes, the full parser sees the same.</summary>
internal static class CommonFrameAssert
{
    private const ushort Port = 77;

    /// <summary>Compares the two.</summary>
    /// <returns>True when the frame was read the short way.</returns>
    public static bool Agrees(ReadOnlySpan<byte> frame, ParseStatus status, in PacketHeaders headers)
    {
        FlowTuple row = default;
        if (!CommonFrame.TryRead(frame, Port, ref row))
        {
            Assert.Equal(FlowMarks.None, row.Marks);
            return false;
        }

        FlowKey seen = new()
        {
            SourceAddress = headers.SourceAddress,
            DestinationAddress = headers.DestinationAddress,
            SourcePort = headers.SourcePort,
            DestinationPort = headers.DestinationPort,
            Protocol = headers.Protocol,
            EtherType = headers.EtherType,
            IngressPort = Port,
        };
        bool isSame = status == ParseStatus.Ok && headers is { IsLlc: false, MplsDepth: 0, FragmentOffset: 0, MoreFragments: false, HasPorts: true }
            && headers.EtherType is EtherType.Ipv4 or EtherType.Ipv6
            && row.LinkBytes == headers.LinkHeaderLength && IsSame(row.ToFlowKey(), seen)
            && (row.Marks & FlowMarks.IsDhcp) != 0 == IsDhcp(headers) && (row.Marks & FlowMarks.HasKey) != 0 != IsDhcp(headers)
            && (row.Marks & FlowMarks.OpensConnection) != 0 == Opens(frame, headers);
        if (!isSame)
        {
            Assert.Fail($"{status}, marks {row.Marks}: {Convert.ToHexString(frame)}");
        }

        FlowTuple again = default;
        again.SetKey(seen, default, 0);
        Assert.Equal((row.Address0, row.Address1, row.Address2, row.Address3, row.Tail, row.ServicePath), (again.Address0, again.Address1, again.Address2, again.Address3, again.Tail, again.ServicePath));
        return true;
    }

    private static bool IsSame(in FlowKey one, in FlowKey other) =>
        (one.SourceAddress, one.DestinationAddress, one.SourcePort, one.DestinationPort, one.Protocol, one.EtherType, one.IngressPort)
        == (other.SourceAddress, other.DestinationAddress, other.SourcePort, other.DestinationPort, other.Protocol, other.EtherType, other.IngressPort);

    private static bool IsDhcp(in PacketHeaders headers) => headers.Protocol == 17
        && (headers.IpVersion == 4 ? headers.SourcePort is 67 or 68 || headers.DestinationPort is 67 or 68
            : headers.SourcePort is 546 or 547 || headers.DestinationPort is 546 or 547);

    private static bool Opens(ReadOnlySpan<byte> frame, in PacketHeaders headers) => headers.Protocol == 6 && (frame[headers.TransportOffset + 13] & 0x12) == 0x02;
}
