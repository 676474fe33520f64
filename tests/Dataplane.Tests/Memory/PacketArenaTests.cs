using NetworkingSfc.Dataplane.Memory;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Memory;

public sealed class PacketArenaTests
{
    [Theory]
    [InlineData(64)]
    [InlineData(1500)]
    [InlineData(2048)]
    [InlineData(65_536)]
    public void Slots_hold_headroom_and_frame_and_are_an_odd_number_of_cache_lines_apart(int frameBytes)
    {
        using PacketArena arena = new(3, frameBytes);

        Assert.True(arena.SlotBytes >= PacketArena.HeadroomBytes + frameBytes);
        Assert.Equal(1, arena.SlotBytes / 64 % 2);
        Assert.Equal(0, arena.SlotBytes % 64);
        Assert.Equal(arena.SlotBytes, arena.Slot(2).Length);
    }

    [Fact]
    public void Slots_do_not_overlap()
    {
        using PacketArena arena = new(8, 100);
        for (int slot = 0; slot < 8; slot++)
        {
            arena.Slot(slot).Fill((byte)(slot + 1));
        }

        for (int slot = 0; slot < 8; slot++)
        {
            Assert.False(arena.Slot(slot).ContainsAnyExcept((byte)(slot + 1)));
        }
    }

    [Fact]
    public void Every_slot_is_rented_once_and_none_when_all_are_out()
    {
        using PacketArena arena = new(5, 64);
        HashSet<int> rented = [];
        while (arena.TryRent(out int slot))
        {
            Assert.True(rented.Add(slot));
            Assert.Equal(rented.Count, arena.HeldCount);
        }

        Assert.Equal([0, 1, 2, 3, 4], rented.Order());
        Assert.Equal(0, arena.FreeCount);
        arena.Return(3);
        Assert.True(arena.TryRent(out int again));
        Assert.Equal(3, again);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(5)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void Slot_that_does_not_exist_is_refused(int slot)
    {
        using PacketArena arena = new(5, 64);

        Assert.Throws<ArgumentOutOfRangeException>(() => arena.Slot(slot).Length);
    }

    [Theory]
    [InlineData(0, 64)]
    [InlineData(1, 63)]
    [InlineData(1, PacketArena.LargestFrameBytes + 1)]
    public void Impossible_sizes_are_refused(int slots, int frameBytes) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PacketArena(slots, frameBytes));

    [Fact]
    public void Frame_is_the_part_of_the_slot_that_the_buffer_says_and_cannot_be_more()
    {
        using PacketArena arena = new(2, 64);
        arena.Slot(1)[10] = 7;

        Assert.Equal(7, arena.Frame(new PacketBuffer { Slot = 1, Start = 10, Length = 1 })[0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => arena.Frame(new PacketBuffer { Slot = 1, Start = 10, Length = arena.SlotBytes }).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => arena.Frame(new PacketBuffer { Slot = 1, Start = -1, Length = 5 }).Length);
    }

    [Fact]
    public void Origin_belongs_to_the_slot()
    {
        using PacketArena arena = new(2, 64);
        arena.Origin(1).InputPacket = 42;
        arena.Origin(1).Crossings++;

        Assert.Equal((42, 1), (arena.Origin(1).InputPacket, arena.Origin(1).Crossings));
        Assert.Equal((0, 0), (arena.Origin(0).InputPacket, arena.Origin(0).Crossings));
    }
}
