using NetworkingSfc.Dataplane.Ports.PcapFile;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports.PcapFile;

public sealed class PcapNgTests
{
    private static readonly byte[] _frame = [.. Enumerable.Range(0, 61).Select(value => (byte)(value * 37))];
    private static readonly CaptureBytes _part = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void All_three_packet_blocks_are_read_in_either_byte_order(bool bigEndian)
    {
        CaptureRows rows = CaptureRows.Of(new CaptureBytes(bigEndian).Section().Interface(snapshot: 40).Interface(101)
            .Enhanced(_frame, wire: 99, index: 1).OldPacket(_frame, index: 1, ticks: 2_500_000).Simple(_frame[..40], wire: 61));
        Assert.Null(rows.Error);
        string all = Convert.ToHexString(_frame);
        Assert.Equal(
            [
                new CaptureRow(all, 99, 1, 101, 1_000_000_000, -1, CaptureDirection.Unknown),
                new CaptureRow(all, 61, 1, 101, 2_500_000_000, -1, CaptureDirection.Unknown),
                new CaptureRow(all[..80], 61, 0, 1, 0, -1, CaptureDirection.Unknown),
            ],
            rows.Rows);
    }

    [Fact]
    public void Sections_have_their_own_byte_order_and_interfaces()
    {
        CaptureRows rows = CaptureRows.Of(new CaptureBytes().Section().Interface(1).Interface(113).Enhanced(_frame, index: 1)
            .Join(new CaptureBytes(bigEndian: true).Section(minor: 2).Interface(101).Enhanced(_frame))
            .Join(new CaptureBytes().Section().Enhanced(_frame)));
        Assert.Equal([(1, 113), (2, 101)], rows.Rows.Select(row => (row.InterfaceIndex, row.LinkType)));
        Assert.Contains("names interface 0", rows.Error);
    }

    [Theory]
    [InlineData(0x09, 1_500_000_000, 0, 1_500_000_000)]
    [InlineData(0x06, 1_500_000, -5, -3_500_000_000)]
    [InlineData(0x06, 0, 7, 7_000_000_000)]
    [InlineData(0x03, 1_500, 0, 1_500_000_000)]
    [InlineData(0x00, 2, 0, 2_000_000_000)]
    [InlineData(0x0C, 1_500_000_000_999, 0, 1_500_000_000)]
    [InlineData(0x8A, 1_536, 0, 1_500_000_000)]
    [InlineData(0xBF, ulong.MaxValue, 0, 1_999_999_999)]
    [InlineData(0x13, ulong.MaxValue, 0, 1_844_674_407)]
    [InlineData(0x7F, ulong.MaxValue, 0, 1_000_000_000)]
    [InlineData(0xFF, ulong.MaxValue, 0, 1_000_000_000)]
    [InlineData(0x00, ulong.MaxValue, 0, long.MaxValue)]
    [InlineData(0x09, ulong.MaxValue, 0, long.MaxValue)]
    [InlineData(0x09, ulong.MaxValue, long.MaxValue, long.MaxValue)]
    [InlineData(0x09, 0, long.MinValue, long.MinValue)]
    public void Timestamps_are_scaled_and_saturate(byte resolution, ulong ticks, long offsetSeconds, long nanoseconds)
    {
        byte[] options = [.. _part.Option(9, resolution), .. _part.Option(14, BitConverter.GetBytes(offsetSeconds)), .. _part.Option(0)];
        CaptureRows rows = CaptureRows.Of(new CaptureBytes().Section().Interface(options: options).Enhanced(_frame, ticks: ticks));
        Assert.Equal(nanoseconds, Assert.Single(rows.Rows).Nanoseconds);
    }

    [Fact]
    public void Options_of_a_wrong_size_are_no_clock_and_the_first_of_two_counts()
    {
        byte[] options = [.. _part.Option(9, 9, 9), .. _part.Option(9, 9), .. _part.Option(9, 3), .. _part.Option(14, 1), .. _part.Option(13, 32)];
        CaptureRow row = Assert.Single(CaptureRows.Of(new CaptureBytes().Section().Interface(options: options).Enhanced(_frame)).Rows);
        Assert.Equal((1_000_000, 32), (row.Nanoseconds, row.FcsLengthBits));
    }

    [Theory]
    [InlineData(1, CaptureDirection.Inbound, -1)]
    [InlineData(2, CaptureDirection.Outbound, -1)]
    [InlineData(3, CaptureDirection.Unknown, -1)]
    [InlineData(0x81, CaptureDirection.Inbound, 32)]
    public void Packet_flags_give_direction_and_fcs(int flags, CaptureDirection direction, int fcsLengthBits)
    {
        byte[] options = [.. _part.Option(1, "why"u8.ToArray()), .. _part.Option(2, BitConverter.GetBytes(flags)), .. _part.Option(0)];
        CaptureRow row = Assert.Single(CaptureRows.Of(new CaptureBytes().Section().Interface().Enhanced(_frame, options: options)).Rows);
        Assert.Equal((direction, fcsLengthBits), (row.Direction, row.FcsLengthBits));
    }

    [Fact]
    public void Other_blocks_are_passed_over()
    {
        byte[] names = [.. new CaptureBytes().U16(1).U16(6).Padded([1, 2, 3, 4, (byte)'a', 0]).U16(0).U16(0).ToArray()];
        CaptureRows rows = CaptureRows.Of(new CaptureBytes().Section().Interface()
            .Block(0x77, new byte[5_000_000]).Block(4, names).Block(5, new byte[12]).Block(0xBAD, new byte[8]).Block(9, new byte[40])
            .Block(10, new CaptureBytes().U32(1).U32(4).U32(0).ToArray()).Block(0x0C, new byte[24], length: 33)
            .Enhanced(_frame));
        Assert.Null(rows.Error);
        Assert.Single(rows.Rows);
    }

    [Fact]
    public void An_unknown_link_type_of_one_interface_does_not_stop_the_others()
    {
        CaptureRows rows = CaptureRows.Of(new CaptureBytes().Section().Interface(281).Interface().Enhanced(_frame).Enhanced(_frame, index: 1));
        Assert.Null(rows.Error);
        Assert.Equal([0, 1], rows.Rows.Select(row => LinkType.ToEncap(row.LinkType)));
    }

    public static TheoryData<string, string> DamagedBlocks()
    {
        CaptureBytes New() => new();
        TheoryData<string, string> data = [];
        void Add(string says, CaptureBytes block) => data.Add(says, Convert.ToHexString(block.ToArray()));
        Add("begins with length 96 and ends with 88", New().Enhanced(_frame).Part().Block(6, new byte[84], lengthAgain: 88));
        Add("claims 8 bytes; accepted are 12", New().Block(0x77, [], length: 8));
        Add("claims 0 bytes", New().U64(0).U64(0));
        Add("claims 4294967284 bytes", New().Block(0x77, new byte[64], length: 0xFFFFFFF4));
        Add("16 bytes; accepted are 20", New().Block(1, new byte[4]));
        Add("20 bytes; accepted are 32", New().Block(6, new byte[8]));
        Add("names interface 3", New().Enhanced(_frame, index: 3));
        Add("claims 70 captured bytes; accepted are at most 64", New().Enhanced(_frame, captured: 70));
        Add("claims 4294967295 captured bytes", New().Enhanced(_frame, captured: uint.MaxValue));
        Add("claims 262145 captured bytes", New().Enhanced(new byte[262_145]));
        Add("claims 80 captured bytes", New().Simple(_frame, wire: 80));
        Add("claims 80 bytes; accepted are 76", New().Simple(_frame, wire: 60));
        Add("option 2 of 100 bytes", New().Enhanced(_frame, options: [2, 0, 100, 0]));
        Add("option 2 of 100 bytes", New().Interface(options: [2, 0, 100, 0]));
        Add("option 2 of 100 bytes", New().Section(options: [2, 0, 100, 0]));
        Add("option 2 has 3 bytes", New().Enhanced(_frame, options: _part.Option(2, 1, 2, 3)));
        Add("option 4 has 4 bytes", New().Enhanced(_frame, options: _part.Option(4, 1, 2, 3, 4)));
        Add("option 5 has 4 bytes", New().Enhanced(_frame, options: _part.Option(5, 1, 2, 3, 4)));
        Add("option 6 has 8 bytes", New().Enhanced(_frame, options: _part.Option(6, new byte[8])));
        Add("option 7 has 0 bytes", New().Enhanced(_frame, options: _part.Option(7)));
        Add("option 7 has 3 bytes", New().Enhanced(_frame, options: _part.Option(7, 1, 2, 3)));
        Add("option 2988 of 2 bytes", New().Enhanced(_frame, options: _part.Option(2988, 1, 2)));
        Add("filter option", New().Interface(options: _part.Option(11)));
        Add("version 2.0", New().Section(major: 2));
        Add("byte order mark of a section is 00000000", New().Block(0x0A0D0D0A, new byte[16]));
        Add("name record of 100 bytes", New().Block(4, New().U16(1).U16(100).U64(0).ToArray()));
        Add("no room for its address of 4", New().Block(4, New().U16(1).U16(2).U32(0).ToArray()));
        Add("does not end its name", New().Block(4, New().U16(1).U16(8).Raw("abcdefgh"u8.ToArray()).ToArray()));
        Add("secrets of 400 bytes", New().Block(10, New().U32(1).U32(400).U32(0).ToArray()));
        Add("ends 3 bytes into a block", New().Raw(6, 0, 0));
        return data;
    }

    [Theory]
    [MemberData(nameof(DamagedBlocks))]
    public void A_damaged_block_is_an_error_after_the_good_rows(string says, string block)
    {
        CaptureRows rows = CaptureRows.Of(new CaptureBytes().Section().Interface().Enhanced(_frame).Raw(Convert.FromHexString(block)));
        Assert.Single(rows.Rows);
        Assert.Contains(says, rows.Error);
        Assert.Matches("at byte [0-9]+: .*; accepted ", rows.Error);
    }

    [Fact]
    public void The_number_of_interfaces_is_bounded()
    {
        byte[] description = new CaptureBytes().Interface().ToArray();
        byte[] many = [.. new CaptureBytes().Section().ToArray(), .. Enumerable.Repeat(description, 65_537).SelectMany(block => block)];
        Assert.Contains("more than 65536 interfaces", CaptureRows.Of(many).Error);
    }
}
