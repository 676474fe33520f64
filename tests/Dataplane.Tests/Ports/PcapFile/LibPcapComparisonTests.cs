using System.Buffers.Binary;
using NetworkingSfc.Dataplane.Ports.PcapFile;
using SharpPcap;
using SharpPcap.LibPcap;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports.PcapFile;

public sealed class LibPcapComparisonTests
{
    [Fact]
    public void Where_libpcap_reads_an_Ethernet_packet_ours_has_the_same_bytes_and_lengths()
    {
        Assert.SkipUnless(SharedCapture.All.Count > 0, $"no captures under {SharedCapture.Folder}");
        Assert.SkipUnless(TryLoad(out string reason), $"libpcap cannot be used: {reason}");
        List<string> failures = [];
        int packets = 0;
        foreach (SharedCapture capture in SharedCapture.All.Where(capture => capture.LinkType == "1" && capture.IsAligned))
        {
            if (Compare(capture, ref packets) is string difference)
            {
                failures.Add($"{capture.Name}: {difference}");
            }
        }

        Assert.True(packets > 50_000, $"only {packets} packets were compared");
        Assert.True(failures.Count == 0, $"{failures.Count} captures differ:\n{string.Join('\n', failures)}");
    }

    private static string? Compare(SharedCapture capture, ref int packets)
    {
        using CaptureFileReaderDevice device = new(capture.FullPath);
        try
        {
            device.Open();
        }
        catch (PcapException)
        {
            // It refuses some that tshark reads, such as modified pcap; nothing to compare then.
            return null;
        }

        using CaptureReader reader = CaptureReader.Open(capture.FullPath);
        for (int row = 1; device.GetNextPacket(out PacketCapture theirs) == GetPacketStatus.PacketRead; row++)
        {
            if (!reader.TryRead(out CaptureRecord ours))
            {
                // libpcap goes on where tshark sees damage, and then ours must say so.
                return reader.Error is null ? $"ends before row {row}" : null;
            }

            packets++;

            // libpcap cuts packets to the snapshot length of the file header, which some files exceed; tshark does not.
            bool isCut = theirs.Data.Length < ours.Data.Length && theirs.Data.Length == SnapshotLength(capture);
            if (!(isCut ? ours.Data[..theirs.Data.Length] : ours.Data).SequenceEqual(theirs.Data))
            {
                return $"row {row} has other bytes ({ours.Data.Length} and {theirs.Data.Length})";
            }

            if (theirs.Header is PcapHeader header && Math.Min(header.PacketLength, int.MaxValue) != ours.WireLength)
            {
                return $"row {row} has wire length {ours.WireLength}, not {header.PacketLength}";
            }
        }

        return null;
    }

    private static int SnapshotLength(SharedCapture capture) =>
        BinaryPrimitives.ReadInt32LittleEndian(File.ReadAllBytes(capture.FullPath).AsSpan(16));

    private static bool TryLoad(out string reason)
    {
        try
        {
            reason = Pcap.LibpcapVersion.ToString();
            return true;
        }
        catch (Exception failure) when (failure is DllNotFoundException or TypeInitializationException)
        {
            reason = failure.Message;
            return false;
        }
    }
}
