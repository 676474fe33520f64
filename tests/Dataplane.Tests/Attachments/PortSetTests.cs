using NetworkingSfc.Dataplane.Attachments;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Ports.Memory;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Tests.Workers;
using NetworkingSfc.Dataplane.Workers;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Attachments;

/// <summary>Ports follow a definition: what is opened, closed and tried again, and what is said about it. The opener is the test's.</summary>
public sealed class PortSetTests : IDisposable
{
    private const int Ports = 4;

    private readonly StoppedClock _clock = new();
    private readonly Dictionary<string, FakePort> _open = [];
    private readonly List<string> _log = [];
    private readonly Dictionary<string, Exception> _refusals = [];
    private readonly SnapshotCell _cell = new(SteeringSnapshotBuilder.Build(NumberedFrames.Network(Ports)));
    private readonly WorkerGroup _group;
    private readonly PortSet _set;

    public PortSetTests()
    {
        _group = new WorkerGroup(_cell, new WorkerGroupOptions { SlotsPerWorker = 512 });
        _set = new PortSet(_group, Open, _clock);
    }

    public void Dispose()
    {
        _set.Dispose();
        _group.Dispose();
    }

    [Fact]
    public void Attached_ports_are_opened_once_and_move_frames()
    {
        Want("a", "b");
        Assert.Equal(["0 Up", "1 Up"], States());
        Want("a", "b");
        Step(TimeSpan.FromMinutes(1));
        Assert.Equal(["open a", "open b"], _log);
        Assert.Equal([new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)], _set.States.Select(state => state.Since).Distinct());

        NumberedFrames.Send(_open["a"].Memory, 0, NumberedFrames.Frame(to: 1, flow: 1, place: 5));
        _group.Workers[0].RunOnce();
        Assert.Equal([(1, 5)], NumberedFrames.Take(_open["b"].Memory));
    }

    [Fact]
    public void What_is_not_wanted_any_more_is_closed_before_anything_else_is_opened()
    {
        Want("a", "b");
        Want("c", "b", "a");
        Assert.Equal(["open a", "open b", "close a", "open a", "open c"], _log);

        // Device a is another port's now; port 1 keeps its own.
        NumberedFrames.Send(_open["b"].Memory, 0, NumberedFrames.Frame(to: 2, flow: 1, place: 6));
        _group.Workers[0].RunOnce();
        Assert.Equal([(1, 6)], NumberedFrames.Take(_open["a"].Memory));

        Want(null, "d");
        Assert.Equal(["close a", "close b", "close c", "open d"], _log[5..].Order());
        Assert.Equal("open d", _log[^1]);
        Assert.Equal(["1 Up"], States());
    }

    [Fact]
    public void Ports_that_change_places_send_where_they_are_now()
    {
        Want("a", "b", "c");
        Want("b", "a", "c");

        NumberedFrames.Send(_open["c"].Memory, 0, NumberedFrames.Frame(to: 0, flow: 1, place: 7));
        NumberedFrames.Send(_open["c"].Memory, 0, NumberedFrames.Frame(to: 1, flow: 1, place: 8));
        _group.Workers[0].RunOnce();

        Assert.Equal([(1, 7)], NumberedFrames.Take(_open["b"].Memory));
        Assert.Equal([(1, 8)], NumberedFrames.Take(_open["a"].Memory));
    }

    [Fact]
    public void What_cannot_be_opened_is_said_and_tried_again_ever_more_rarely()
    {
        _refusals["a"] = new PortOpenException("The interface 'a' does not exist.");
        Want("a", "b");
        Assert.Equal(["0 Failed: The interface 'a' does not exist.", "1 Up"], States());

        // A second, two, four ... but never more than thirty.
        List<int> tries = [];
        for (int second = 1; second <= 130; second++)
        {
            int before = _log.Count;
            Step(TimeSpan.FromSeconds(1));
            if (_log.Count > before)
            {
                tries.Add(second);
            }
        }

        Assert.Equal([1, 3, 7, 15, 31, 61, 91, 121], tries);
        Assert.Equal(DateTimeOffset.Parse("2026-01-01T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture), _set.States[0].Since);
        _refusals.Clear();
        Step(TimeSpan.FromSeconds(30));
        Assert.Equal(["0 Up", "1 Up"], States());
        Assert.Equal(DateTimeOffset.Parse("2026-01-01T00:02:40Z", System.Globalization.CultureInfo.InvariantCulture), _set.States[0].Since);
    }

    [Fact]
    public void Whatever_a_driver_throws_is_a_state_of_its_port_and_of_no_other()
    {
        _refusals["a"] = new IOException("Too many open files");
        Want("a", "b");
        Assert.Equal(["0 Failed: The port a cannot be opened: Too many open files", "1 Up"], States());
    }

    [Fact]
    public void A_device_whose_queues_cannot_be_opened_is_closed_again()
    {
        Want("broken", "b");
        Assert.Equal(["0 Failed: The port broken cannot be opened: no queue", "1 Up"], States());
        Assert.Equal(["open broken", "close broken", "open b"], _log);
    }

    [Fact]
    public void A_port_waits_for_its_peer_is_up_and_down_and_what_it_does_not_take_meanwhile_is_counted_as_such()
    {
        Want("peerless", "b");
        Assert.Equal(["0 Waiting: no peer", "1 Up"], States());
        FakePort port = _open["peerless"];
        NumberedFrames.Send(_open["b"].Memory, 0, NumberedFrames.Frame(to: 0, flow: 1, place: 1));
        _group.Workers[0].RunOnce();
        Assert.Equal(1, _group.Workers[0].Counters.Dropped[(int)DropReason.PortDown]);

        port.Fault = null;
        Step(TimeSpan.FromSeconds(1));
        Assert.Equal(["0 Up", "1 Up"], States());
        NumberedFrames.Send(_open["b"].Memory, 0, NumberedFrames.Frame(to: 0, flow: 1, place: 2));
        _group.Workers[0].RunOnce();
        Assert.Equal([(1, 2)], NumberedFrames.Take(port.Memory));

        port.Fault = "the peer has gone";
        Step(TimeSpan.FromSeconds(1));
        Assert.Equal(["0 Down: the peer has gone", "1 Up"], States());
        Assert.Equal(TimeSpan.FromSeconds(2), _set.States[0].Since - new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.Equal(["open peerless", "open b"], _log);
    }

    [Fact]
    public void A_port_that_is_lost_is_closed_and_opened_anew()
    {
        Want("a", "b");
        _open["a"].Fault = "The interface 'a' has gone.";
        _open["a"].IsLost = true;
        _refusals["a"] = new PortOpenException("The interface 'a' does not exist.");
        Step(TimeSpan.Zero);
        Assert.Equal(["0 Down: The interface 'a' has gone.", "1 Up"], States());
        Step(TimeSpan.FromSeconds(1));
        Assert.Equal(["0 Down: The interface 'a' does not exist.", "1 Up"], States());
        _refusals.Clear();
        Step(TimeSpan.FromSeconds(2));
        Assert.Equal(["0 Up", "1 Up"], States());
        Assert.Equal(["open a", "open b", "close a", "refuse a", "open a"], _log);
    }

    [Fact]
    public void Ports_with_the_same_device_share_it_by_vlan_id()
    {
        Follow(At(0, "wire", 10), At(1, "wire", 11), At(2, "own", 0));
        Assert.Equal(["0 Up", "1 Up", "2 Up"], States());
        PacketBuilder link = new PacketBuilder().Ethernet("02:00:00:00:00:02", "02:00:00:00:aa:01");
        Assert.True(NumberedFrames.Send(_open["wire"].Memory, 0, link.Vlan(11).Payload(50).Build()));
        Move();
        PacketAssert.Equal(link.Payload(50).Build(), Taken("own"), "out of VLAN 11");
        Assert.Equal(1, _group.Workers[0].Counters.ReceivedByPort[1].Packets);

        // A frame for a VLAN that nobody has is of no port; the first of the device tells of it, once.
        Assert.True(NumberedFrames.Send(_open["wire"].Memory, 0, link.Vlan(99).Payload(50).Build()));
        Move();
        _set.Step();
        _set.Step();
        Assert.Equal([1, 0, 0], [.. _set.Totals.ByPort[..3].ToArray().Select(total => total.ReceiveLost)]);

        // One more VLAN, and one less, does not disturb the others.
        Follow(At(0, "wire", 10), At(2, "own", 0), At(3, "wire", 12));
        PacketBuilder answer = new PacketBuilder().Ethernet("02:00:00:00:00:03", "02:00:00:00:aa:02");
        Assert.True(NumberedFrames.Send(_open["own"].Memory, 0, answer.Payload(50).Build()));
        Move();
        PacketAssert.Equal(answer.Vlan(12).Payload(50).Build(), Taken("wire"), "into VLAN 12");
        Assert.Equal(["open wire", "open own"], _log);

        // All frames of a device for one port is another way to use it.
        Follow(At(0, "wire", 0), At(2, "own", 0));
        Assert.Equal(["close wire", "open wire"], _log[2..]);
        Assert.True(NumberedFrames.Send(_open["wire"].Memory, 0, link.Vlan(11).Payload(50).Build()));
        Move();
        PacketAssert.Equal(link.Vlan(11).Payload(50).Build(), Taken("own"), "with its tag");
        Assert.All(_group.Workers, worker => Assert.Equal(0, worker.Arena.HeldCount));
    }

    [Fact]
    public void Two_ports_cannot_have_one_vlan_id_of_a_device()
    {
        Follow(At(0, "wire", 10), At(1, "wire", 10));
        Assert.Equal(
            ["0 Up", "1 Failed: wire with VLAN id 10 is attached to port port 0 already; accepted is one port for each VLAN id of a device."],
            States());
        Follow(At(1, "wire", 10));
        Assert.Equal(["1 Up"], States());
        Assert.Equal(["open wire"], _log);
    }

    [Fact]
    public void Looking_at_ports_allocates_nothing_while_nothing_changes()
    {
        _refusals["a"] = new PortOpenException("The interface 'a' does not exist.");
        Want("a", "peerless", "b");
        Step(TimeSpan.Zero);
        AllocationAssert.None("watching", () =>
        {
            for (int round = 0; round < 100; round++)
            {
                _set.Step();
            }
        });
    }

    [Fact]
    public void The_thread_follows_and_closes_everything_at_the_end()
    {
        int prepared = 0;
        _set.Start(() => prepared++);
        _group.Start();
        _set.Follow(Definition(At(0, "a", 0), At(1, "b", 0)));
        Assert.True(SpinWait.SpinUntil(() => _set.States.Length == 2, TimeSpan.FromSeconds(30)));
        Assert.Equal(1, prepared);

        // A step that began before would receive from a and not know b yet.
        Assert.True(SpinWait.SpinUntil(() => _group.Workers[0].HasTakenOffer, TimeSpan.FromSeconds(30)));
        NumberedFrames.Send(_open["a"].Memory, 0, NumberedFrames.Frame(to: 1, flow: 1, place: 5));
        Assert.True(SpinWait.SpinUntil(() => NumberedFrames.Take(_open["b"].Memory) is [(1, 5)], TimeSpan.FromSeconds(30)));
        _open["b"].Fault = "no peer";
        Assert.True(SpinWait.SpinUntil(() => _set.States[1].Condition == PortCondition.Down, TimeSpan.FromSeconds(30)));
        _set.Dispose();
        Assert.Equal(["close a", "close b"], _log[2..].Order());
    }

    private static (int Number, PortAttachment Attachment) At(int number, string device, int vlanId) =>
        (number, new PortAttachment($"port {number}", new PortDevice(device, []), vlanId));

    private static SteeringDefinition Definition(params (int Number, PortAttachment Attachment)[] attachments)
    {
        SteeringDefinition network = NumberedFrames.Network(Ports);
        return network with
        {
            Ports = [.. network.Ports.Select((port, number) => port with { Attachment = attachments.FirstOrDefault(one => one.Number == number).Attachment })],
        };
    }

    // Devices of the first ports, without VLANs; null for none.
    [Fact]
    public void What_ports_count_is_added_up_over_each_time_that_they_were_open()
    {
        Want("a", "b");
        Cross();
        _set.Step();
        Assert.Equal((1, 1), (_set.Totals.ByPort[0].ReceivedPackets, _set.Totals.ByPort[1].SentPackets));

        // Lost and opened anew, counting from zero: nothing is counted back.
        Cross();
        _open["a"].IsLost = true;
        Step(TimeSpan.Zero);
        Assert.Equal(2, _set.Totals.ByPort[0].ReceivedPackets);
        Step(TimeSpan.FromSeconds(2));
        Assert.Equal(["open a", "open b", "close a", "open a"], _log);
        Cross();
        _set.Step();
        Assert.Equal((3, 3), (_set.Totals.ByPort[0].ReceivedPackets, _set.Totals.ByPort[1].SentPackets));

        // What came since the last look and before it was detached.
        Cross();
        Want(null, "b");
        Assert.Equal((4, 4), (_set.Totals.ByPort[0].ReceivedPackets, _set.Totals.ByPort[1].SentPackets));

        void Cross()
        {
            NumberedFrames.Send(_open["a"].Memory, 0, NumberedFrames.Frame(to: 1, flow: 1, place: 5));
            _group.Workers[0].RunOnce();
        }
    }

    private void Want(params string?[] devices) =>
        Follow([.. devices.Select((device, number) => (device, number)).Where(port => port.device is not null).Select(port => At(port.number, port.device!, 0))]);

    private void Follow(params (int Number, PortAttachment Attachment)[] attachments)
    {
        SteeringDefinition definition = Definition(attachments);
        _cell.Publish(SteeringSnapshotBuilder.Build(definition));
        _set.Follow(definition);
        _set.Step();
    }

    private void Step(TimeSpan later)
    {
        _clock.Advance(later);
        _set.Step();
    }

    private string[] States() => [.. _set.States.Select(state => $"{state.Number} {state.Condition}{(state.Reason is null ? "" : ": ")}{state.Reason}")];

    private void Move()
    {
        while (_group.Workers[0].RunOnce() > 0)
        {
        }
    }

    private byte[] Taken(string device)
    {
        byte[] room = new byte[2_048];
        Assert.True(_open[device].Memory.TryTake(0, room, out int length));
        return room[..length];
    }

    private FakePort Open(PortDevice device)
    {
        if (_refusals.TryGetValue(device.Kind, out Exception? refusal))
        {
            _log.Add($"refuse {device.Kind}");
            throw refusal;
        }

        _log.Add($"open {device.Kind}");
        return _open[device.Kind] = new FakePort(device.Kind, () => _log.Add($"close {device.Kind}"));
    }

    /// <summary>A memory port whose faults are the test's, and whose peer has not come when it is called so.</summary>
    private sealed class FakePort(string name, Action closed) : IPort
    {
        public MemoryPort Memory { get; } = (MemoryPort)PortDriverCatalog.Open("memory", new Dictionary<string, string>());

        public string? Fault { get; set; } = name == "peerless" ? "no peer" : null;

        public bool IsLost { get; set; }

        public int RxQueueCount => 1;

        public int TxQueueCount => 1;

        public PortStatistics Statistics => Memory.Statistics;

        public IRxQueue OpenRxQueue(int queue, PacketArena arena) => name == "broken" ? throw new IOException("no queue") : Memory.OpenRxQueue(queue, arena);

        public ITxQueue OpenTxQueue(int queue, PacketArena arena) => new Refusing(this, Memory.OpenTxQueue(queue, arena));

        public void Dispose()
        {
            closed();
            Memory.Dispose();
        }

        private sealed class Refusing(FakePort port, ITxQueue queue) : ITxQueue
        {
            public int Transmit(ReadOnlySpan<PacketBuffer> buffers) => port.Fault is null ? queue.Transmit(buffers) : 0;
        }
    }
}
