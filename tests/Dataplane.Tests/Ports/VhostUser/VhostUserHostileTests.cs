using System.Diagnostics;
using System.IO.Pipes;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;
using NetworkingSfc.Dataplane.Ports.VhostUser;
using NetworkingSfc.Testing;
using Xunit;
using static NetworkingSfc.Dataplane.Tests.Ports.PortDriverContract;
using static NetworkingSfc.Dataplane.Tests.Ports.VhostUser.VhostUserRingTests;

namespace NetworkingSfc.Dataplane.Tests.Ports.VhostUser;

/// <summary>What a guest can do to harm, one by one; <see cref="VhostUserFuzzTests"/> does it at random.</summary>
public sealed class VhostUserHostileTests
{
    private const int FrameBytes = 2_048;
    private const ulong Nowhere = GuestMemoryFile.GuestStart + (2 * GuestMemoryFile.RegionBytes);

    /// <summary>What is wrong with the chain, and its descriptors: the first two in the ring, the others in an indirect table.</summary>
    public static TheoryData<string, (ulong Address, uint Length, ushort Flags, ushort Next)[]> BadChains => new()
    {
        { "an address in no region", [(Nowhere, 100, 0, 0)] },
        { "an address before all regions", [(GuestMemoryFile.GuestStart - 1, 100, 0, 0)] },
        { "one byte past the last region", [(Nowhere - 99, 100, 0, 0)] },
        { "a length that wraps around", [(GuestMemoryFile.GuestStart, uint.MaxValue, 0, 0)] },
        { "an address that wraps around", [(ulong.MaxValue - 10, 100, 0, 0)] },
        { "a buffer to write", [(GuestMemoryFile.GuestStart, 100, GuestRing.Write, 0)] },
        { "no byte behind the header", [(GuestMemoryFile.GuestStart, 12, 0, 0)] },
        { "no byte at all", [(GuestMemoryFile.GuestStart, 0, 0, 0)] },
        { "a chain that leads to itself", [(GuestMemoryFile.GuestStart, 1, GuestRing.Next, 0)] },
        { "a chain that leads in a circle", [(GuestMemoryFile.GuestStart, 1, GuestRing.Next, 1), (GuestMemoryFile.GuestStart, 0, GuestRing.Next, 0)] },
        { "a next descriptor that does not exist", [(GuestMemoryFile.GuestStart, 100, GuestRing.Next, 512)] },
        { "a second buffer in no region", [(GuestMemoryFile.GuestStart, 100, GuestRing.Next, 1), (0, 1, 0, 0)] },
        { "an empty table", [(GuestMemoryFile.GuestStart, 0, GuestRing.Indirect, 0)] },
        { "a table of one descriptor and a half", [(GuestMemoryFile.GuestStart, 24, GuestRing.Indirect, 0)] },
        { "a table in no region", [(Nowhere, 16, GuestRing.Indirect, 0)] },
        { "a table past the end", [(Nowhere - 16, 32, GuestRing.Indirect, 0)] },
        { "a table of 4 GiB", [(GuestMemoryFile.GuestStart, 0xffff_fff0, GuestRing.Indirect, 0)] },
        { "a table and a next descriptor", [(0, 16, GuestRing.Indirect | GuestRing.Next, 1), (GuestMemoryFile.GuestStart, 100, 0, 0)] },
        { "a table in a table", [(0, 16, GuestRing.Indirect, 0), default, (GuestMemoryFile.GuestStart, 16, GuestRing.Indirect, 0)] },
        { "a table that leads to itself", [(0, 16, GuestRing.Indirect, 0), default, (GuestMemoryFile.GuestStart, 1, GuestRing.Next, 0)] },
        { "a table that leads past its end", [(0, 16, GuestRing.Indirect, 0), default, (GuestMemoryFile.GuestStart, 100, GuestRing.Next, 1)] },
    };

    [Theory]
    [MemberData(nameof(BadChains))]
    public void A_chain_against_the_rules_is_counted_and_given_back(string what, (ulong Address, uint Length, ushort Flags, ushort Next)[] chain)
    {
        using VhostUserRig rig = new("server", []);
        using PacketArena arena = new(64, FrameBytes);
        OfferChain(rig.Guest, 1, chain);
        rig.Guest.KeepFromSending(2);
        rig.Guest.Send(Frame(1, 60));

        PacketAssert.SameFrames([Frame(1, 60)], Drain(rig.Port.OpenRxQueue(0, arena), arena, 1));
        Assert.True(rig.Port.Statistics == new PortStatistics(1, 0, 0, ReceiveInvalid: 1), what);
        Assert.Equal(2, rig.Guest.Rings[1].UsedIndex);
        Assert.Null(rig.Port.Fault);
    }

    [Theory]
    [MemberData(nameof(BadChains))]
    public void A_receive_chain_against_the_rules_is_counted_and_given_back(string what, (ulong Address, uint Length, ushort Flags, ushort Next)[] chain)
    {
        using VhostUserRig rig = new("server", [], makeGuest: frontEnd => new VhostUserGuest(frontEnd, offered: 0));
        using PacketArena arena = new(64, FrameBytes);
        bool isWrongWay = chain is [{ Flags: GuestRing.Write }];
        OfferChain(rig.Guest, 0, [.. chain.Select(piece => piece with { Flags = (ushort)(isWrongWay ? 0 : piece.Flags | GuestRing.Write) })]);
        ushort good = 5;
        rig.Guest.Rings[0].SetDescriptor(good, rig.Guest.Buffer(0, good), VhostUserGuest.BufferBytes, GuestRing.Write);
        rig.Guest.Rings[0].Offer(good);

        Assert.Equal(1, rig.Port.OpenTxQueue(0, arena).Transmit(Load(arena, [Frame(1, 60)])));

        Assert.Equal(1, rig.Port.Statistics.SentPackets);
        Assert.Equal(2, rig.Guest.Rings[0].UsedIndex);
        Assert.Null(rig.Port.Fault);

        // Too short to be of use is not against the rules here: such buffers are merged with the next.
        Assert.True(rig.Port.Statistics.ReceiveInvalid == (what.StartsWith("no byte", StringComparison.Ordinal) ? 0 : 1), what);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Receive_chains_that_would_never_hold_a_frame_together_are_given_back(int length)
    {
        // One more than a frame may fill. The last one is not against the rules and waits for the next frame.
        const int Chains = 257;
        using VhostUserRig rig = new("server", [], makeGuest: frontEnd => new VhostUserGuest(frontEnd, offered: 0));
        using PacketArena arena = new(8, FrameBytes);
        ITxQueue tx = rig.Port.OpenTxQueue(0, arena);
        GuestRing ring = rig.Guest.Rings[0];
        for (ushort head = 0; head < Chains; head++)
        {
            ring.SetDescriptor(head, rig.Guest.Buffer(0, head), (uint)length, GuestRing.Write);
            ring.Offer(head);
        }

        PacketBuffer[] frames = Load(arena, [Frame(1, 1_000)]);
        Assert.Equal(0, tx.Transmit(frames));
        Assert.Equal(new PortStatistics(0, 0, 0, ReceiveInvalid: 1), rig.Port.Statistics);
        Assert.Equal(256, ring.UsedIndex);

        ring.SetDescriptor(300, rig.Guest.Buffer(0, 300), VhostUserGuest.BufferBytes, GuestRing.Write);
        ring.Offer(300);
        Assert.Equal(1, tx.Transmit(frames));
        Assert.Equal(new PortStatistics(0, 1, 0, ReceiveInvalid: 1), rig.Port.Statistics);
        Assert.Equal((258, null, 0), (ring.UsedIndex, rig.Port.Fault, arena.HeldCount));
    }

    [Fact]
    public void A_worker_gives_back_no_more_receive_chains_against_the_rules_in_a_burst_than_a_batch_has_frames()
    {
        using VhostUserRig rig = new("server", [], makeGuest: frontEnd => new VhostUserGuest(frontEnd, offered: 0));
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        ITxQueue tx = rig.Port.OpenTxQueue(0, arena);
        GuestRing ring = rig.Guest.Rings[0];
        for (ushort head = 0; head < 200; head++)
        {
            ring.SetDescriptor(head, Nowhere, 100, GuestRing.Write);
            ring.Offer(head);
        }

        ring.SetDescriptor(200, rig.Guest.Buffer(0, 200), VhostUserGuest.BufferBytes, GuestRing.Write);
        ring.Offer(200);
        PacketBuffer[] frames = Load(arena, [Frame(1, 60), Frame(2, 60)]);
        foreach (int given in new[] { 64, 128, 192 })
        {
            Assert.Equal(0, tx.Transmit(frames));
            Assert.Equal((given, given), ((int)ring.UsedIndex, (int)rig.Port.Statistics.ReceiveInvalid));
        }

        Assert.Equal(1, tx.Transmit(frames));
        Assert.Equal(new PortStatistics(0, 1, 0, ReceiveInvalid: 200), rig.Port.Statistics);
        Assert.Null(rig.Port.Fault);
    }

    [Theory]
    [InlineData(1, "in ring 1 more chains are available than it has descriptors")]
    [InlineData(0, "in ring 0 more chains are available than it has descriptors")]
    public void A_ring_with_an_impossible_index_is_stopped_until_it_is_set_up_again(int number, string reason)
    {
        using VhostUserRig rig = new("server", [], makeGuest: frontEnd => new VhostUserGuest(frontEnd, offered: 0));
        using PacketArena arena = new(8, FrameBytes);
        using FileDescriptor error = EventDescriptor.Create();
        (IRxQueue rx, ITxQueue tx) = (rig.Port.OpenRxQueue(0, arena), rig.Port.OpenTxQueue(0, arena));
        rig.Guest.FrontEnd.Send(FrontEndRequest.SetRingError, (ulong)number, error);
        rig.Guest.Enable(number, isEnabled: true);
        rig.Guest.Rings[number].AvailableIndex = 513;

        rig.AwaitFault(_ =>
        {
            Assert.Empty(ReceiveOnce(rx, arena));
            Assert.Equal(0, tx.Transmit([default]));
            return rig.Port.Fault?.Contains(reason, StringComparison.Ordinal) is true;
        });
        Assert.Equal(1, rig.Port.Statistics.ReceiveInvalid);
        Assert.Equal(1UL, WaitForInterrupts(error));

        rig.Guest.StopRing(number);
        rig.Guest.Reboot();
        rig.Guest.StartRing(number);
        rig.AwaitFault(fault => fault is null);
        rig.Guest.Send(Frame(1, 60));
        PacketAssert.SameFrames([Frame(1, 60)], Drain(rx, arena, 1));
        Assert.Equal(1, tx.Transmit(Load(arena, [Frame(2, 60)])));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void A_ring_with_an_impossible_descriptor_is_stopped_after_what_came_before_it(int number)
    {
        using VhostUserRig rig = new("server", [], makeGuest: frontEnd => new VhostUserGuest(frontEnd, offered: 1));
        using PacketArena arena = new(8, FrameBytes);
        (IRxQueue rx, ITxQueue tx) = (rig.Port.OpenRxQueue(0, arena), rig.Port.OpenTxQueue(0, arena));
        rig.Guest.Send(Frame(1, 60));
        rig.Guest.Rings[number].Offer(512);

        PacketAssert.SameFrames([Frame(1, 60)], ReceiveOnce(rx, arena));
        Assert.Equal(1, tx.Transmit(Load(arena, [Frame(2, 60), Frame(3, 60)]).AsSpan(0, number == 0 ? 2 : 1)));

        Assert.Contains($"in ring {number} a chain begins with a descriptor that does not exist", rig.Port.Fault, StringComparison.Ordinal);
        Assert.Equal(1, rig.Port.Statistics.ReceiveInvalid);
    }

    [Fact]
    public void A_guest_that_takes_its_memory_away_loses_its_port_only()
    {
        using VhostUserRig rig = new("server", []);
        using VhostUserRig other = new("server", []);
        using PacketArena arena = new(8, FrameBytes);
        (IRxQueue rx, ITxQueue tx) = (rig.Port.OpenRxQueue(0, arena), rig.Port.OpenTxQueue(0, arena));
        rig.Guest.Send(Frame(1, 60));
        PacketAssert.SameFrames([Frame(1, 60)], Drain(rx, arena, 1));
        rig.Guest.Send(Frame(2, 60));

        Assert.Equal(0, LinuxInterop.SetLength(rig.Guest.Memory.File.Number, 0));

        PacketBuffer[] burst = Load(arena, [Frame(3, 60)]);
        tx.Transmit(burst);
        ReceiveOnce(rx, arena);
        rig.AwaitFault(fault => fault?.Contains("it cut off memory that it had shared", StringComparison.Ordinal) is true);
        other.Guest.Send(Frame(4, 60));
        PacketAssert.SameFrames([Frame(4, 60)], Drain(other.Port.OpenRxQueue(0, arena), arena, 1));

        using VhostUserGuest next = new(rig.NewConnection());
        next.Start();
        next.Send(Frame(5, 60));
        PacketAssert.SameFrames([Frame(5, 60)], Drain(rx, arena, 1));
    }

    [Fact]
    public void A_guest_whose_interrupts_make_writers_wait_holds_up_no_worker()
    {
        const int SetFlags = 4;
        const int WriteOnly = 1;
        using VhostUserRig rig = new("server", []);
        using VhostUserRig other = new("server", []);
        using PacketArena arena = new(8, FrameBytes);
        using AnonymousPipeServerStream pipe = new(PipeDirection.In);
        using FileDescriptor call = new((int)pipe.ClientSafePipeHandle.DangerousGetHandle());
        using (FileStream writer = new($"/proc/self/fd/{call.Number}", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 1))
        {
            writer.Write(new byte[65_536]);
        }

        rig.Guest.FrontEnd.Send(FrontEndRequest.SetRingCall, 0, call);
        rig.Guest.Enable(0, isEnabled: true);
        Assert.Equal(0, LinuxInterop.Control(call.Number, SetFlags, WriteOnly));
        ITxQueue tx = rig.Port.OpenTxQueue(0, arena);
        Stopwatch waited = Stopwatch.StartNew();

        for (int number = 0; number < 100; number++)
        {
            Assert.Equal(1, tx.Transmit(Load(arena, [Frame(number, 60)])));
        }

        Assert.True(waited.Elapsed < TimeSpan.FromSeconds(2), $"the worker waited {waited.Elapsed}");
        other.Guest.Send(Frame(4, 60));
        PacketAssert.SameFrames([Frame(4, 60)], Drain(other.Port.OpenRxQueue(0, arena), arena, 1));
        PacketAssert.SameFrames([Frame(0, 60)], [.. rig.TakeSent(1).Take(1)]);

        // Lets the control thread go on, so that the port can end without waiting for it.
        call.SetHandleAsInvalid();
        pipe.ReadExactly(new byte[65_536]);
    }

    private static void OfferChain(VhostUserGuest guest, int number, (ulong Address, uint Length, ushort Flags, ushort Next)[] chain)
    {
        GuestRing ring = guest.Rings[number];
        ulong table = guest.Memory.Allocate(64);
        for (int index = 0; index < chain.Length; index++)
        {
            (ulong address, uint length, ushort flags, ushort next) = chain[index];
            ulong at = index < 2 ? ring.Descriptors + (16 * (ulong)index) : table + (16 * (ulong)(index - 2));
            ring.WriteDescriptor(at, (flags & GuestRing.Indirect) != 0 && address == 0 ? table : address, length, flags, next);
        }

        ring.Offer(0);
    }
}
