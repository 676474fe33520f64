using System.Buffers.Binary;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;
using NetworkingSfc.Dataplane.Ports.VhostUser;
using NetworkingSfc.Testing;
using Xunit;
using static NetworkingSfc.Dataplane.Tests.Ports.PortDriverContract;
using static NetworkingSfc.Dataplane.Tests.Ports.VhostUser.VhostUserRingTests;

namespace NetworkingSfc.Dataplane.Tests.Ports.VhostUser;

/// <summary>What a front end is offered, answered and refused, and how it comes and goes.</summary>
public sealed class VhostUserConnectionTests
{
    private const int FrameBytes = 2_048;
    private const ulong MultiQueue = 1UL << 22;

    [Theory]
    [InlineData(1, VhostUserGuest.UsualFeatures | VhostUserGuest.EventIndex)]
    [InlineData(2, VhostUserGuest.UsualFeatures | VhostUserGuest.EventIndex | MultiQueue)]
    public void The_features_offered_hold_no_offload(int queues, ulong features)
    {
        using VhostUserRig rig = new("server", [], queues, frontEnd => new VhostUserGuest(frontEnd, queues, size: 64));

        Assert.Equal(features, rig.Guest.FrontEnd.AskNumber(FrontEndRequest.GetFeatures));
        Assert.Equal(9UL, rig.Guest.FrontEnd.AskNumber(FrontEndRequest.GetProtocolFeatures));
        Assert.Equal((ulong)queues, rig.Guest.FrontEnd.AskNumber(FrontEndRequest.GetQueueCount));
    }

    // VIRTIO_NET_F_CSUM, GUEST_CSUM, GUEST_TSO4, HOST_TSO4, HOST_UFO, VHOST_F_LOG_ALL, VIRTIO_F_IOMMU_PLATFORM, VIRTIO_F_RING_PACKED.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(11)]
    [InlineData(14)]
    [InlineData(26)]
    [InlineData(33)]
    [InlineData(34)]
    public void A_feature_that_was_not_offered_is_refused(int feature)
    {
        using VhostUserRig rig = new("server", []);
        FrontEnd frontEnd = rig.Guest.FrontEnd;

        Assert.Equal(1UL, frontEnd.Acknowledged((int)FrontEndRequest.SetFeatures, BitConverter.GetBytes(VhostUserGuest.UsualFeatures | (1UL << feature))));

        Assert.True(frontEnd.IsClosed);
        rig.AwaitFault(fault => fault?.Contains("it asked for the features 0x", StringComparison.Ordinal) is true);
    }

    // SET_LOG_BASE, SEND_RARP, NET_SET_MTU, SET_BACKEND_REQ_FD, GET_CONFIG, RESET_DEVICE, SET_STATUS and one that does not exist.
    [Theory]
    [InlineData(6)]
    [InlineData(19)]
    [InlineData(20)]
    [InlineData(21)]
    [InlineData(24)]
    [InlineData(34)]
    [InlineData(39)]
    [InlineData(4711)]
    public void A_request_that_was_not_negotiated_is_refused_and_ends_the_connection_of_who_does_not_ask(int request)
    {
        using VhostUserRig rig = new("server", []);
        FrontEnd frontEnd = rig.Guest.FrontEnd;

        Assert.Equal(1UL, frontEnd.Acknowledged(request, new byte[8]));
        Assert.Equal(0UL, frontEnd.Acknowledged((int)FrontEndRequest.SetOwner, []));
        frontEnd.Send(request, FrontEnd.Version, 8, new byte[8]);

        Assert.True(frontEnd.IsClosed);
        rig.AwaitFault(fault => fault?.Contains($"it sent request {request}, which was not negotiated", StringComparison.Ordinal) is true);
    }

    public static TheoryData<int, byte[], int, string> BadRequests => new()
    {
        { (int)FrontEndRequest.SetFeatures, new byte[4], 0, "request 2 with 4 bytes and 0 descriptors; accepted are 8 and 0" },
        { (int)FrontEndRequest.SetOwner, [], 1, "request 3 with 0 bytes and 1 descriptors; accepted are 0 and 0" },
        { (int)FrontEndRequest.GetRingBase, [], 0, "request 11 with 0 bytes and 0 descriptors; accepted are 8 and 0" },
        { (int)FrontEndRequest.SetRingKick, new byte[8], 0, "request 12 with 8 bytes and 0 descriptors; accepted are 8 and 1" },
        { (int)FrontEndRequest.SetRingCall, new byte[8], 2, "request 13 with 8 bytes and 2 descriptors; accepted are 8 and 1" },
        { (int)FrontEndRequest.SetRingCall, BitConverter.GetBytes(0x100UL), 1, "request 13 with 8 bytes and 1 descriptors; accepted are 8 and 0" },
        { (int)FrontEndRequest.SetRingKick, BitConverter.GetBytes(0x102UL), 0, "it named ring 2; accepted are 0 to 1" },
        { (int)FrontEndRequest.SetRingEnabled, VhostUserGuest.Pair(-1, 1), 0, "it named ring 4294967295; accepted are 0 to 1" },
        { (int)FrontEndRequest.SetRingSize, VhostUserGuest.Pair(0, 0), 0, "a ring of 0 descriptors" },
        { (int)FrontEndRequest.SetRingSize, VhostUserGuest.Pair(0, 100), 0, "a ring of 100 descriptors; accepted are powers of two up to 32768" },
        { (int)FrontEndRequest.SetRingSize, VhostUserGuest.Pair(0, 65_536), 0, "a ring of 65536 descriptors" },
        { (int)FrontEndRequest.SetRingAddresses, new byte[40], 0, "it started a ring that is not in the memory it shared" },
        { (int)FrontEndRequest.SetProtocolFeatures, BitConverter.GetBytes(0x10UL), 0, "it asked for the protocol features 0x10; accepted are those of 0x9" },
        { (int)FrontEndRequest.SetMemoryTable, [], 0, "a memory table of 0 regions; accepted are 1 to 8" },
        { (int)FrontEndRequest.SetMemoryTable, [9, .. new byte[295]], 8, "a memory table of 9 regions" },
        { (int)FrontEndRequest.SetMemoryTable, GuestMemoryFile.TablePayload(GuestMemoryFile.Table), 1, "request 5 with 72 bytes and 1 descriptors; accepted are 72 and 2" },
        { (int)FrontEndRequest.SetMemoryTable, Region(length: 0), 1, "it shared a region without bytes" },
        { (int)FrontEndRequest.SetMemoryTable, Region(guestAddress: ulong.MaxValue - 4_000), 1, "past the last address" },
        { (int)FrontEndRequest.SetMemoryTable, Region(userAddress: ulong.MaxValue - 4_000), 1, "past the last address" },
        { (int)FrontEndRequest.SetMemoryTable, Region(length: (2 * GuestMemoryFile.RegionBytes) + 1), 1, "it shared a region that is longer than its file" },
        { (int)FrontEndRequest.SetMemoryTable, Region(fileOffset: 2 * GuestMemoryFile.RegionBytes), 1, "it shared a region that is longer than its file" },
        { (int)FrontEndRequest.SetMemoryTable, Region(fileOffset: ulong.MaxValue), 1, "it shared a region that is longer than its file" },
        { (int)FrontEndRequest.SetMemoryTable, Region(length: 5UL << 40), 1, "it shared more than 4 TiB" },
    };

    [Theory]
    [MemberData(nameof(BadRequests))]
    public void A_request_against_the_rules_is_refused_and_ends_the_connection(int request, byte[] payload, int files, string reason)
    {
        using VhostUserRig rig = new("server", []);
        FrontEnd frontEnd = rig.Guest.FrontEnd;

        Assert.Equal(1UL, frontEnd.Acknowledged(request, payload, [.. Enumerable.Repeat(rig.Guest.Memory.File, files)]));

        Assert.True(frontEnd.IsClosed);
        rig.AwaitFault(fault => fault?.Contains(reason, StringComparison.Ordinal) is true);
    }

    [Theory]
    [InlineData(FrontEnd.Version | 4u, 0, "it sent the flags 0x5, which no request has")]
    [InlineData(2u, 0, "it sent the flags 0x2, which no request has")]
    [InlineData(FrontEnd.Version, 1_025, "it announced 1025 bytes of payload")]
    [InlineData(FrontEnd.Version, -1, "it announced 4294967295 bytes of payload")]
    public void A_header_against_the_rules_ends_the_connection(uint flags, int length, string reason)
    {
        using VhostUserRig rig = new("server", []);

        rig.Guest.FrontEnd.Send((int)FrontEndRequest.SetOwner, flags, length, []);

        Assert.True(rig.Guest.FrontEnd.IsClosed);
        rig.AwaitFault(fault => fault?.Contains(reason, StringComparison.Ordinal) is true);
    }

    [Fact]
    public void Memory_is_accepted_only_from_where_nobody_else_fetches_its_pages()
    {
        using VhostUserRig rig = new("server", []);
        using FileStream file = new(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        file.SetLength(2 * GuestMemoryFile.RegionBytes);
        using FileDescriptor descriptor = new((int)file.SafeFileHandle.DangerousGetHandle());
        Assert.SkipWhen(new DriveInfo(file.Name).DriveFormat == "tmpfs", "the directory for temporary files is in memory here");

        Assert.Equal(1UL, rig.Guest.FrontEnd.Acknowledged((int)FrontEndRequest.SetMemoryTable, Region(), descriptor));

        descriptor.SetHandleAsInvalid();
        rig.AwaitFault(fault => fault?.Contains("it shared memory that is not from memfd_create, tmpfs or hugetlbfs", StringComparison.Ordinal) is true);
    }

    [Fact]
    public void A_message_may_come_in_pieces()
    {
        using VhostUserRig rig = new("server", []);
        byte[] message = [.. VhostUserGuest.Pair(18, 9), .. BitConverter.GetBytes(8), .. VhostUserGuest.Pair(1, 0)];

        foreach (byte piece in message[..^1])
        {
            rig.Guest.FrontEnd.SendBytes([piece]);
            Thread.Sleep(1);
        }

        rig.AwaitFault(fault => fault is null);
        rig.Guest.FrontEnd.SendBytes(message.AsSpan()[^1..]);
        rig.AwaitFault(fault => fault?.EndsWith("has stopped its queues.", StringComparison.Ordinal) is true);
    }

    [Theory]
    [InlineData("server")]
    [InlineData("client")]
    public void A_guest_may_come_back_as_often_as_it_likes(string mode)
    {
        using VhostUserRig rig = new(mode, []);
        using PacketArena arena = new(8, FrameBytes);
        IRxQueue rx = rig.Port.OpenRxQueue(0, arena);
        ITxQueue tx = rig.Port.OpenTxQueue(0, arena);
        for (int round = 0; round < 4; round++)
        {
            rig.Guest.Send(Frame(round, 60));
            PacketAssert.SameFrames([Frame(round, 60)], Drain(rx, arena, 1));
            Assert.Equal(1, tx.Transmit(Load(arena, [Frame(round + 100, 60)])));
            PacketAssert.SameFrames([Frame(round + 100, 60)], rig.TakeSent(1));

            rig.Guest.FrontEnd.Dispose();
            rig.AwaitFault(fault => fault is not null);

            // Once with the rings as they were, once with empty ones. What the guest sends meanwhile waits for us.
            if (round % 2 == 0)
            {
                rig.Guest.Reboot();
            }

            rig.Guest.Send(Frame(round + 200, 60));
            rig.Guest.StartAgain(rig.NewConnection());
            PacketAssert.SameFrames([Frame(round + 200, 60)], Drain(rx, arena, 1));
            rig.AwaitFault(fault => fault is null);
        }

        Assert.Equal(new PortStatistics(8, 4, 0), rig.Port.Statistics);
    }

    [Fact]
    public void Who_comes_second_is_sent_away_and_the_first_one_goes_on()
    {
        using VhostUserRig rig = new("server", [Frame(1, 60)]);
        using PacketArena arena = new(8, FrameBytes);

        using FrontEnd second = rig.NewConnection();

        Assert.True(second.IsClosed);
        PacketAssert.SameFrames([Frame(1, 60)], Drain(rig.Port.OpenRxQueue(0, arena), arena, 1));
        Assert.Null(rig.Port.Fault);
    }

    [Fact]
    public void A_stopped_ring_tells_its_position_and_goes_on_when_it_is_started()
    {
        using VhostUserRig rig = new("server", []);
        using PacketArena arena = new(8, FrameBytes);
        IRxQueue rx = rig.Port.OpenRxQueue(0, arena);
        rig.Guest.Send(Frame(1, 60));
        Drain(rx, arena, 1);

        Assert.Equal(1, rig.Guest.StopRing(1));
        rig.Guest.Send(Frame(2, 60));
        Assert.Empty(ReceiveOnce(rx, arena));
        rig.AwaitFault(fault => fault is not null);

        rig.Guest.StartRing(1);
        PacketAssert.SameFrames([Frame(2, 60)], ReceiveOnce(rx, arena));
        rig.AwaitFault(fault => fault is null);
    }

    [Fact]
    public void The_memory_may_change_while_frames_move()
    {
        const int Rounds = 50;
        using VhostUserRig rig = new("server", []);
        using PacketArena arena = new(64, FrameBytes);
        IRxQueue rx = rig.Port.OpenRxQueue(0, arena);
        ITxQueue tx = rig.Port.OpenTxQueue(0, arena);
        bool isOver = false;
        long received = 0;
        Thread worker = new(() =>
        {
            PacketBatch batch = new(arena);
            while (!Volatile.Read(ref isOver))
            {
                batch.Begin(0);
                rx.Receive(batch);
                for (int row = tx.Transmit(batch.Buffers); row < batch.Count; row++)
                {
                    arena.Return(batch.Buffers[row].Slot);
                }

                Volatile.Write(ref received, received + batch.Count);
            }
        });
        worker.Start();
        for (int round = 0; round < Rounds; round++)
        {
            Array.ForEach([.. Enumerable.Range(0, 10)], number => rig.Guest.Send(Frame(number, 60)));
            rig.Guest.ShareMemory();
        }

        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref received) == 10 * Rounds, TimeSpan.FromSeconds(5)), $"{received} frames");
        Volatile.Write(ref isOver, true);
        worker.Join();
        Assert.Null(rig.Port.Fault);
        Assert.Equal(10 * Rounds, rig.Port.Statistics.ReceivedPackets);
        Assert.Equal(0, rig.Port.Statistics.ReceiveInvalid);
    }

    [Theory]
    [InlineData("mode", "listener", "The setting 'mode' of a vhost-user port is 'listener'; accepted are client, server.")]
    [InlineData("queues", "0", "The setting 'queues' of a vhost-user port is '0'; accepted are whole numbers from 1 to 64.")]
    [InlineData("socket", "", "The setting 'socket' of a vhost-user port is empty; accepted is a text of at least one character.")]
    [InlineData("socket", "/no/such/directory/socket", "The vhost-user port cannot be opened: Cannot listen on unix:/no/such/directory/socket: ")]
    public void A_setting_that_cannot_be_used_is_named(string name, string value, string sentence)
    {
        Dictionary<string, string> settings = new() { ["socket"] = "/tmp/sfc-vhost-unused", ["mode"] = "server", [name] = value };

        Assert.StartsWith(sentence, Assert.Throws<PortOpenException>(() => PortDriverCatalog.Open("vhost-user", settings)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_too_long_for_a_socket_is_refused()
    {
        Dictionary<string, string> settings = new() { ["socket"] = "/" + new string('x', 107) };

        Assert.EndsWith(
            "accepted are paths of at most 107 bytes.",
            Assert.Throws<PortOpenException>(() => PortDriverCatalog.Open("vhost-user", settings)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_that_connects_waits_for_its_guest_to_listen()
    {
        using IPort port = PortDriverCatalog.Open("vhost-user", new Dictionary<string, string> { ["socket"] = "/tmp/sfc-vhost-nobody" });

        Assert.Equal("Nobody listens at '/tmp/sfc-vhost-nobody' yet; the vhost-user port tries to connect until a guest does.", port.Fault);
    }

    private static byte[] Region(
        ulong guestAddress = GuestMemoryFile.GuestStart, ulong length = 4_096, ulong userAddress = 0x7f00_0000_0000, ulong fileOffset = 0) =>
        GuestMemoryFile.TablePayload(new GuestRegion(guestAddress, length, userAddress, fileOffset));
}
