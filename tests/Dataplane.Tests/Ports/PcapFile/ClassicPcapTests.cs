using NetworkingSfc.Dataplane.Ports.PcapFile;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports.PcapFile;

public sealed class ClassicPcapTests
{
    private static readonly byte[] _frame = [.. Enumerable.Range(0, 61).Select(value => (byte)(value * 37))];

    [Theory]
    [InlineData(0xA1B2C3D4, false, 1_000_002_000L)]
    [InlineData(0xA1B2C3D4, true, 1_000_002_000L)]
    [InlineData(0xA1B23C4D, false, 1_000_000_002L)]
    [InlineData(0xA1B23C4D, true, 1_000_000_002L)]
    public void Every_byte_order_and_clock_is_read(uint magic, bool bigEndian, long nanoseconds)
    {
        CaptureRows rows = CaptureRows.Of(new CaptureBytes(bigEndian).PcapHeader(magic).PcapRecord(_frame, wire: 1500).PcapRecord([]));
        Assert.Null(rows.Error);
        Assert.Equal(
            [
                new CaptureRow(Convert.ToHexString(_frame), 1500, 0, 1, nanoseconds, -1, CaptureDirection.Unknown),
                new CaptureRow("", 0, 0, 1, nanoseconds, -1, CaptureDirection.Unknown),
            ],
            rows.Rows);
    }

    [Theory]
    [InlineData(0xA1B2C3D4, "0000000000000000", false)]
    [InlineData(0xA1B2C3D4, "FBFB9F01", false)]
    [InlineData(0xA1B2CD34, "0000000000000000", false)]
    [InlineData(0xA1B2CD34, "0000000000000000", true)]
    [InlineData(0xA1B2CD34, "010000000800000000000000", false)]
    [InlineData(0xA1B2CD34, "000000010008000000000000", true)]
    public void Longer_record_headers_are_found_out(uint magic, string extra, bool bigEndian)
    {
        CaptureBytes file = new CaptureBytes(bigEndian).PcapHeader(magic);
        for (int record = 0; record < 4; record++)
        {
            file.PcapRecord(_frame[..(60 - record)], extra: Convert.FromHexString(extra));
        }

        CaptureRows rows = CaptureRows.Of(file);
        Assert.Null(rows.Error);
        Assert.Equal([60, 59, 58, 57], rows.Rows.Select(row => row.Data.Length / 2));
        Assert.All(rows.Rows, row => Assert.StartsWith(row.Data, Convert.ToHexString(_frame)));
    }

    [Theory]
    [InlineData(2, 2, 70, 61)]
    [InlineData(2, 3, 70, 61)]
    [InlineData(2, 3, 61, 70)]
    [InlineData(2, 4, 61, 70)]
    [InlineData(543, 0, 70, 61)]
    public void Old_versions_have_the_lengths_the_other_way_round(int major, int minor, int first, int second)
    {
        CaptureRows rows = CaptureRows.Of(new CaptureBytes().PcapHeader(major: major, minor: minor)
            .PcapRecord(_frame, captured: first, wire: second).PcapRecord(_frame, captured: first, wire: second));
        Assert.Null(rows.Error);
        Assert.Equal([(122, 70), (122, 70)], rows.Rows.Select(row => (row.Data.Length, row.WireLength)));
    }

    [Theory]
    [InlineData(6, 1, 61)]
    [InlineData(9, 6, 61)]
    [InlineData(15, 10, 58)]
    [InlineData(24, 0, 61)]
    public void Aix_names_links_by_interface_type_and_pads_fddi(int network, int linkType, int length)
    {
        CaptureRows rows = CaptureRows.Of(new CaptureBytes().PcapHeader(minor: 2, network: network).PcapRecord(_frame));
        CaptureRow row = Assert.Single(rows.Rows);
        Assert.Equal((linkType, length, length, 1_000_000_002L), (row.LinkType, row.Data.Length / 2, row.WireLength, row.Nanoseconds));
    }

    [Theory]
    [InlineData(0x1C0001AC, 1_000_000_002L)]
    [InlineData(0x1C0001AB, 1_000_002_000L)]
    public void Ixia_adds_a_size_to_the_file_header(uint magic, long nanoseconds)
    {
        CaptureRows rows = CaptureRows.Of(new CaptureBytes().PcapHeader(magic).U32(77).PcapRecord(_frame));
        Assert.Equal(nanoseconds, Assert.Single(rows.Rows).Nanoseconds);
    }

    [Theory]
    [InlineData(0x24000001, 32)]
    [InlineData(0x04000001, 0)]
    [InlineData(0x20000001, -1)]
    public void Fcs_length_comes_from_the_upper_bits_of_the_link_type(long network, int bits)
    {
        CaptureRow row = Assert.Single(CaptureRows.Of(new CaptureBytes().PcapHeader(network: network).PcapRecord(_frame)).Rows);
        Assert.Equal((1, bits, _frame.Length), (row.LinkType, row.FcsLengthBits, row.Data.Length / 2));
    }

    [Theory]
    [InlineData(204, 1)]
    [InlineData(245, 2)]
    [InlineData(123, 4)]
    [InlineData(139, 4)]
    [InlineData(201, 4)]
    [InlineData(254, 4)]
    [InlineData(196, 5)]
    [InlineData(209, 5)]
    public void Capture_metadata_is_not_part_of_the_frame(int linkType, int length)
    {
        CaptureRow row = Assert.Single(CaptureRows.Of(new CaptureBytes().PcapHeader(network: linkType).PcapRecord(_frame, wire: 100)).Rows);
        Assert.Equal((Convert.ToHexString(_frame[length..]), 100 - length), (row.Data, row.WireLength));
        Assert.Contains("link type", CaptureRows.Of(new CaptureBytes().PcapHeader(network: linkType).PcapRecord(new byte[length - 1])).Error);
    }

    [Fact]
    public void Erf_states_its_own_length_after_extensions()
    {
        // Ethernet (2) with one extension header, wire length 40, record padded.
        byte[] erf = [.. new byte[8], 0x82, 0, 0, 90, 0, 0, 0, 40, 0x01, .. new byte[7], 0, 0, .. _frame];
        CaptureRow row = Assert.Single(CaptureRows.Of(new CaptureBytes().PcapHeader(network: 197).PcapRecord(erf)).Rows);
        Assert.Equal((Convert.ToHexString(_frame[..40]), 40), (row.Data, row.WireLength));
    }

    [Fact]
    public void A_wire_length_beyond_any_frame_saturates()
    {
        CaptureRows rows = CaptureRows.Of(new CaptureBytes().PcapHeader().PcapRecord(_frame, wire: uint.MaxValue).PcapRecord(_frame));
        Assert.Equal([int.MaxValue, 61], rows.Rows.Select(row => row.WireLength));
    }

    [Fact]
    public void The_largest_timestamp_is_read()
    {
        CaptureRows rows = CaptureRows.Of(new CaptureBytes().PcapHeader()
            .PcapRecord(_frame, seconds: uint.MaxValue, fraction: uint.MaxValue));
        Assert.Equal((uint.MaxValue * 1_000_000_000L) + (uint.MaxValue * 1_000L), Assert.Single(rows.Rows).Nanoseconds);
    }

    [Fact]
    public void The_bound_on_captured_bytes_is_the_link_types()
    {
        byte[] most = new byte[262_144];
        Assert.Null(CaptureRows.Of(new CaptureBytes().PcapHeader().PcapRecord(most)).Error);
        Assert.Null(CaptureRows.Of(new CaptureBytes().PcapHeader(network: 231).PcapRecord(new byte[262_145])).Error);

        // Damage among the first three records would look like another layout.
        CaptureRows rows = CaptureRows.Of(new CaptureBytes().PcapHeader().PcapRecord(_frame).PcapRecord(_frame).PcapRecord(_frame)
            .PcapRecord(new byte[262_145]));
        Assert.Equal(3, rows.Rows.Count);
        Assert.Equal(
            "cannot read capture 'test' further: at byte 255: a record claims 262145 captured bytes; accepted are at most 262144 for link type 1",
            rows.Error);
    }

    [Theory]
    [InlineData("D4C3B2A1", "file header")]
    [InlineData("D4C3B2A101000400000000000000000000000400010000 00", "version 1.4")]
    [InlineData("D4C3B2A102000400000000000000000000000400010001 00", "reserved")]
    [InlineData("D4C3B2A102000400000000000000000000000400190100 00", "link type 281")]
    [InlineData("68656C6C6F20776F726C64", "68656C6C")]
    [InlineData("68", "68")]
    public void A_header_not_to_read_by_is_an_error(string hex, string says)
    {
        CaptureRows rows = CaptureRows.Of(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        Assert.Empty(rows.Rows);
        Assert.Contains(says, rows.Error);
    }
}
