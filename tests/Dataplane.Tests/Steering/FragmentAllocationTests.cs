using System.Buffers.Binary;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Tests.Ports;
using NetworkingSfc.Dataplane.Tests.Workers;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Steering;

/// <summary>Whatever becomes of fragments, not a byte is allocated for them.</summary>
public sealed class FragmentAllocationTests
{
    private const int Ipv4IdentificationOffset = 14 + 4;
    private const int Ipv6IdentificationOffset = 14 + 40 + 4;
    private const int FirstBytes = 64;

    // At this speed some 500 datagrams are remembered at once, and hardly one finds its set full; a fragment that waits is still there in the next step.
    private static readonly TimeSpan _eachStep = TimeSpan.FromMilliseconds(90);

    /// <summary>What comes of each datagram in turn: f its first fragment, g another first one of it, l a later one; and the fate of what is not sent.</summary>
    public static TheoryData<string, bool, bool, DropReason[]> Orders
    {
        get
        {
            TheoryData<string, bool, bool, DropReason[]> rows = [];
            foreach (bool isIpv6 in new[] { false, true })
            {
                rows.Add("fll", isIpv6, true, []);
                rows.Add("llf", isIpv6, true, []);
                rows.Add("lfl", isIpv6, true, []);
                rows.Add("fg", isIpv6, true, [DropReason.FragmentConflict]);
                rows.Add("l", isIpv6, true, [DropReason.FragmentPushedOut]);
                rows.Add("flffff", isIpv6, true, []);
                rows.Add("f", isIpv6, false, [DropReason.FragmentTableFull]);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void Fragments_allocate_nothing(string order, bool isIpv6, bool timePasses, DropReason[] fates)
    {
        TestChain chain = TestChain.Of(EncapsulationKind.Nsh);
        using LoadEngine engine = new(chain.Definition(), TestChain.Source, Datagrams(order, isIpv6), timePasses ? new TickingClock(_eachStep) : null);
        engine.AssertNoAllocation($"fragments {order}");

        long sent = engine.Port(chain.Input(1)).SentFrames;
        Assert.All(fates, fate => Assert.True(engine.Dropped(fate) > 0, $"not one was dropped as {fate}"));
        Assert.InRange(sent, fates.Length > 0 ? 0 : LoadEngine.Frames * 99 / 100, fates.Length > 0 ? LoadEngine.Frames / 2 : LoadEngine.Frames);
        Assert.Equal(LoadEngine.Frames, sent + DropReasonCatalog.All.Sum(reason => engine.Dropped(reason.Reason)) + engine.Arena.HeldCount);
    }

    [Fact]
    public void Fragments_that_wait_too_long_allocate_nothing()
    {
        // A few in a burst, so that their time is up before newer ones push them out.
        TestChain chain = TestChain.Of(EncapsulationKind.Plain);
        byte[] whole = TestFrame.Ipv4.Original().Build();
        FrameFiller later = Datagrams("l", isIpv6: false);
        int number = 0;
        using LoadEngine engine = new(chain.Definition(), TestChain.Source, room =>
        {
            if (number++ % 20 == 0)
            {
                return later(room);
            }

            whole.CopyTo(room);
            return whole.Length;
        }, new TickingClock(_eachStep));
        engine.AssertNoAllocation("fragments that wait too long");
        Assert.Equal(0, engine.Dropped(DropReason.FragmentPushedOut));
        Assert.InRange(engine.Dropped(DropReason.FragmentUnmatched), 900, LoadEngine.Frames / 20);
    }

    // Every datagram has an identification of its own, written over that of one frame of each form.
    private static FrameFiller Datagrams(string order, bool isIpv6)
    {
        Dictionary<char, byte[]> forms = new()
        {
            ['f'] = Fragment(isIpv6, 0).Udp(1000, 443).Payload(FirstBytes - 8).Build(),
            ['g'] = Fragment(isIpv6, 0).Udp(1001, 443).Payload(FirstBytes - 8).Build(),
            ['l'] = Fragment(isIpv6, FirstBytes).Payload(64).Build(),
        };
        byte[][] frames = [.. order.Select(form => forms[form])];
        uint identification = 0;
        int place = 0;
        return room =>
        {
            byte[] frame = frames[place];
            if (isIpv6)
            {
                BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(Ipv6IdentificationOffset), identification);
            }
            else
            {
                BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(Ipv4IdentificationOffset), (ushort)identification);
            }

            place = (place + 1) % frames.Length;
            identification += place == 0 ? 1u : 0;
            frame.CopyTo(room);
            return frame.Length;
        };
    }

    private static PacketBuilder Fragment(bool isIpv6, ushort offset)
    {
        PacketBuilder link = new PacketBuilder().Ethernet(TestChain.Mac(TestChain.Destination), TestChain.Mac(TestChain.Source));
        return isIpv6
            ? link.Ipv6("fd00::1", "fd00::2").Fragment(0, offset, more: true, nextHeader: 17)
            : link.Ipv4("10.0.0.1", "10.0.0.2", protocol: 17, change: ip => ip with { FragmentOffsetBytes = offset, MoreFragments = true });
    }
}
