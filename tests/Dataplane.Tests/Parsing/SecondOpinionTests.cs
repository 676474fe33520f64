using System.Net.Sockets;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Ports.PcapFile;
using NetworkingSfc.Dataplane.Tests.Ports.PcapFile;
using NetworkingSfc.Dataplane.Wire;
using NetworkingSfc.Testing;
using PacketDotNet;
using Xunit;
using ProtocolType = PacketDotNet.ProtocolType;

namespace NetworkingSfc.Dataplane.Tests.Parsing;

/// <summary>PacketDotNet on plain Ethernet, IP, TCP and UDP: wherever it finds ports, they are ours.</summary>
public sealed class SecondOpinionTests
{
    private const int FramesPerCapture = 200;

    [Fact]
    public void Composed_frames_agree()
    {
        int compared = ComposedFrames.All.Count(row => Agrees(row.Frame, row.Description));
        Assert.InRange(compared, 5, ComposedFrames.All.Count);
    }

    [Fact]
    public void Captured_frames_agree()
    {
        Assert.SkipUnless(Repository.HasShared, $"no captures under {SharedCapture.Folder}");
        int compared = 0;
        foreach (SharedCapture capture in SharedCapture.All)
        {
            using CaptureReader reader = CaptureReader.Open(capture.FullPath);
            for (int row = 1; row <= FramesPerCapture && reader.TryRead(out CaptureRecord record); row++)
            {
                if (record.LinkType == LinkType.Ethernet && IsPlain(record))
                {
                    compared += Agrees(record.Data.ToArray(), $"{capture.Name} {row}") ? 1 : 0;
                }
            }
        }

        Assert.True(compared > 10_000, $"only {compared} frames could be compared");
    }

    /// <summary>Captured whole, no tags, no options, no extension headers, no fragment: what PacketDotNet is good at.</summary>
    private static bool IsPlain(CaptureRecord record)
    {
        ParseStatus status = PacketParser.Parse(record.Data, FrameStart.Ethernet, out PacketHeaders headers);
        return status == ParseStatus.Ok
            && record.WireLength == record.Data.Length
            && headers is { VlanCount: 0, MplsDepth: 0, IsLlc: false, FragmentOffset: 0, MoreFragments: false }
            && headers.IpHeaderLength == (headers.IpVersion == 4 ? 20 : 40)
            && headers.IpOffset + headers.IpDeclaredLength == headers.IpEnd;
    }

    private static bool Agrees(byte[] frame, string description)
    {
        EthernetPacket packet = new(new PacketDotNet.Utils.ByteArraySegment(frame));

        // Its decoders of other protocols throw on some of these frames.
        if (packet.PayloadPacket is not IPPacket { Protocol: ProtocolType.Tcp or ProtocolType.Udp } ip
            || ip.PayloadPacket is not TransportPacket transport)
        {
            return false;
        }

        // It skips too few bytes of an authentication header and takes check value for ports.
        PacketParser.Parse(frame, FrameStart.Ethernet, out PacketHeaders headers);
        if (headers.Protocol == IpProtocol.AuthenticationHeader)
        {
            return false;
        }

        int addressDigits = ip.SourceAddress.AddressFamily == AddressFamily.InterNetwork ? 8 : 32;
        string theirs = string.Join(
            '\t',
            addressDigits == 8 ? "ip" : "ipv6",
            Convert.ToHexStringLower(ip.SourceAddress.GetAddressBytes()),
            Convert.ToHexStringLower(ip.DestinationAddress.GetAddressBytes()),
            (int)ip.Protocol,
            transport.SourcePort,
            transport.DestinationPort,
            headers.FragmentOffset,
            headers.MoreFragments ? 1 : 0);
        Assert.True(theirs == FiveTupleText.Of(in headers), $"{description}\n  theirs {theirs}\n  ours   {FiveTupleText.Of(in headers)}");
        return true;
    }
}
