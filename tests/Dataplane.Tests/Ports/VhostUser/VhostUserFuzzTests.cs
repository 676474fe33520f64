using System.Buffers.Binary;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;
using NetworkingSfc.Dataplane.Ports.VhostUser;
using NetworkingSfc.Testing;
using Xunit;
using static NetworkingSfc.Dataplane.Tests.Ports.VhostUser.VhostUserRingTests;

namespace NetworkingSfc.Dataplane.Tests.Ports.VhostUser;

/// <summary>A guest that does whatever comes to its mind, beside one that is honest and on the same worker.</summary>
public sealed class VhostUserFuzzTests : IDisposable
{
    private const int Steps = 1_000_000;
    private const int RingSize = 64;
    private const int FrameBytes = 2_048;

    private readonly Random _random = new(20_261_123);
    private readonly PacketArena _arena = new(PacketBatch.Capacity, FrameBytes);
    private readonly PacketBatch _batch;
    private int _begun;

    public VhostUserFuzzTests() => _batch = new PacketBatch(_arena);

    public void Dispose() => _arena.Dispose();

    [Fact]
    public void Garbage_from_one_guest_hurts_no_other()
    {
        using VhostUserRig hostile = new("server", [], makeGuest: Make);
        using VhostUserRig honest = new("server", [], makeGuest: Make);
        (IRxQueue hostileRx, ITxQueue hostileTx) = (hostile.Port.OpenRxQueue(0, _arena), hostile.Port.OpenTxQueue(0, _arena));
        (IRxQueue honestRx, ITxQueue honestTx) = (honest.Port.OpenRxQueue(0, _arena), honest.Port.OpenTxQueue(0, _arena));
        VhostUserGuest guest = hostile.Guest;
        int honestFrames = 0;
        for (int step = 0; step < LongRun.Scale(Steps); step++)
        {
            if (_random.Next(500) == 0)
            {
                Interfere(guest.FrontEnd, guest);
            }
            else
            {
                Scribble(guest);
            }

            Echo(hostileRx, hostileTx);
            if (step % 16 == 0)
            {
                byte[] frame = Frame(step, 60 + (step % 1_000));
                honest.Guest.Send(frame);
                Assert.Equal(1, Echo(honestRx, honestTx));
                PacketAssert.SameFrames([frame], [.. honest.Guest.Take(1, offersAgain: true).Select(taken => taken.Frame)]);
                honestFrames++;
            }

            // The port has stopped a ring or sent the guest away, so it begins anew.
            if (step % 64 == 0 && hostile.Port.Fault is not null)
            {
                guest = Begin(hostile, guest);
            }
        }

        guest = Begin(hostile, guest);
        guest.Send(Frame(1, 60));
        Assert.Equal(1, Echo(hostileRx, hostileTx));
        PacketAssert.SameFrames([Frame(1, 60)], [.. guest.Take(1).Select(taken => taken.Frame)]);
        guest.Dispose();
        Assert.Null(honest.Port.Fault);
        Assert.Equal(new PortStatistics(honestFrames, honestFrames, 0), honest.Port.Statistics);
        Assert.InRange(hostile.Port.Statistics.ReceiveInvalid, LongRun.Scale(Steps) / 100, long.MaxValue);
        Assert.InRange(hostile.Port.Statistics.ReceivedPackets, LongRun.Scale(Steps) / 100, long.MaxValue);
        Assert.InRange(_begun, 10, int.MaxValue);
    }

    private static VhostUserGuest Make(FrontEnd frontEnd) => new(frontEnd, size: RingSize);

    private VhostUserGuest Begin(VhostUserRig rig, VhostUserGuest before)
    {
        _begun++;
        before.Dispose();
        rig.AwaitFault(fault => fault?.Contains("is not connected", StringComparison.Ordinal) is true);
        VhostUserGuest guest = Make(rig.NewConnection());
        guest.Start();
        rig.AwaitFault(fault => fault is null);
        return guest;
    }

    private int Echo(IRxQueue rx, ITxQueue tx)
    {
        _batch.Begin(0);
        rx.Receive(_batch);
        int sent = tx.Transmit(_batch.Buffers);
        for (int row = sent; row < _batch.Count; row++)
        {
            _arena.Return(_batch.Buffers[row].Slot);
        }

        Assert.Equal(0, _arena.HeldCount);
        return sent;
    }

    // Writes something into one of the rings and offers some of it.
    private void Scribble(VhostUserGuest guest)
    {
        GuestRing ring = guest.Rings[_random.Next(2)];
        for (int count = _random.Next(4); count >= 0; count--)
        {
            ulong at = _random.Next(8) == 0 ? Address() & ~15UL : ring.Descriptors + (16 * (ulong)_random.Next(RingSize));
            if (at >= GuestMemoryFile.GuestStart && at < GuestMemoryFile.GuestStart + (2 * GuestMemoryFile.RegionBytes) - 16)
            {
                ring.WriteDescriptor(at, Address(), Length(), (ushort)_random.Next(8), Index());
            }
        }

        int offered = _random.Next(4);
        while (offered-- > 0)
        {
            ring.Offer(_random.Next(1_000) == 0 ? (ushort)_random.Next(65_536) : (ushort)_random.Next(RingSize));
        }

        if (_random.Next(1_000) == 0)
        {
            ring.AvailableIndex = (ushort)_random.Next(65_536);
        }

        // The used part is ours, and the guest may still write into it.
        if (_random.Next(10) == 0)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(guest.Memory.Bytes(ring.Used + (8 * (ulong)_random.Next(RingSize / 2)), 8), (ulong)_random.NextInt64());
        }

        // A ring that is offered to the end would stay full of rubbish: the guest sees how far the port is.
        if ((ushort)(ring.AvailableIndex - ring.UsedIndex) > RingSize - 4 && _random.Next(20) != 0)
        {
            ring.AvailableIndex = ring.UsedIndex;
        }
    }

    // Says something on the socket that it should not.
    private void Interfere(FrontEnd frontEnd, VhostUserGuest guest)
    {
        byte[] payload = new byte[_random.Next(8) switch { 0 => 0, 1 => 40, 2 => 72, 3 => _random.Next(1_024), _ => 8 }];
        _random.NextBytes(payload);
        if (payload.Length == 72 && _random.Next(2) == 0)
        {
            payload = GuestMemoryFile.TablePayload(GuestMemoryFile.Table);
            BinaryPrimitives.WriteUInt64LittleEndian(payload.AsSpan(8 + (8 * _random.Next(8))), Address());
        }
        else if (payload.Length >= 8 && _random.Next(4) != 0)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(payload, (uint)_random.Next(4));
            BinaryPrimitives.WriteUInt32LittleEndian(payload.AsSpan(4), (uint)_random.Next(3));
        }

        FileDescriptor[] files = [.. Enumerable.Repeat(guest.Memory.File, _random.Next(4) == 0 ? _random.Next(12) : payload.Length == 72 ? 2 : 0)];
        int request = _random.Next(3) == 0 ? _random.Next(45) : _random.Next(1, 19);
        uint flags = FrontEnd.Version | (_random.Next(10) == 0 ? (uint)_random.Next(16) : 0);
        switch (_random.Next(6))
        {
            case 0:
                // Goes away in the middle.
                frontEnd.Send(request, flags, payload.Length + _random.Next(100), payload, files);
                frontEnd.Dispose();
                break;
            case 1:
                frontEnd.SendBytes(payload.Length == 0 ? new byte[1] : payload, files);
                break;
            case 2:
                frontEnd.Send(request, flags, _random.Next(), payload, files);
                break;
            default:
                frontEnd.Send(request, flags, payload.Length, payload, files);
                break;
        }
    }

    private ulong Address() => _random.Next(20) switch
    {
        0 => (ulong)_random.NextInt64(),
        1 => ulong.MaxValue - (ulong)_random.Next(5_000),
        2 => GuestMemoryFile.GuestStart - (ulong)_random.Next(3),
        3 => GuestMemoryFile.Seam - (ulong)_random.Next(2_000),
        4 => GuestMemoryFile.Seam + GuestMemoryFile.RegionBytes - (ulong)_random.Next(2_000),
        5 => GuestMemoryFile.GuestStart + (ulong)_random.Next(8_192),
        _ => GuestMemoryFile.GuestStart + (ulong)_random.Next(2 * GuestMemoryFile.RegionBytes),
    };

    private uint Length() => _random.Next(12) switch
    {
        0 => 0,
        1 => (uint)_random.NextInt64(),
        2 => uint.MaxValue,
        3 => 12,
        4 => 13,
        5 => 16 * (uint)_random.Next(300),
        _ => (uint)_random.Next(3_000),
    };

    private ushort Index() => _random.Next(10) == 0 ? (ushort)_random.Next(65_536) : (ushort)_random.Next(RingSize);
}
