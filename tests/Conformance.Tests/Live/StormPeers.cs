using System.Buffers.Binary;
using System.Collections.Concurrent;
using NetworkingSfc.Conformance.Tests.Suite;
using NetworkingSfc.Dataplane.Ports.Memory;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Conformance.Tests.Live;

/// <summary>
/// Everything on the other side of the ports in a storm, on one thread: it sends numbered frames of many flows, plays the functions
/// and looks at every frame that comes out. What it finds is judged as it comes, or at the end where order over ports matters.
/// </summary>
internal sealed class StormPeers
{
    private const int Flows = 48;
    private const int MostUnderWay = 192;
    private const int TagBytes = 8;
    private const int NshBytes = 24;
    private const int EthernetBytes = 14;
    private const int LabelBytes = 4;
    private const uint OneLabel = 1u << 12;

    private readonly LiveForwarder _forwarder;
    private readonly ConcurrentDictionary<uint, IReadOnlyList<Node>> _paths = [];
    private readonly ConcurrentDictionary<uint, int> _versions = [];
    private readonly (MemoryPort Port, Node? Node)[] _ports;
    private readonly MemoryPort _source;
    private readonly byte[][] _frames;
    private readonly int[] _next = new int[Flows];
    private readonly Dictionary<(int Flow, string Port, uint Path), int> _latest = [];
    private readonly Dictionary<(int Flow, int Number), (Node? Function, int? Version)> _singles = [];
    private readonly HashSet<(int Flow, int Number)> _multis = [];
    private readonly byte[] _buffer;
    private int _sent;
    private int _ended;

    public StormPeers(LiveForwarder forwarder)
    {
        _forwarder = forwarder;
        _source = forwarder.PortOf("src");
        _buffer = new byte[_source.FrameBytes];
        _ports = [(forwarder.PortOf("dst"), null), .. StormVersion.Functions.Select(node => (forwarder.PortOf(node.Name), (Node?)node))];
        _frames = [.. Enumerable.Range(0, Flows).Select(flow => FrameOf(flow).Build())];
        _paths[StormVersion.KeepPath] = StormVersion.Keep;
    }

    /// <summary>Frames sent by "src".</summary>
    public int Sent => Volatile.Read(ref _sent);

    /// <summary>Frames given back by functions.</summary>
    public int GivenBack { get; private set; }

    /// <summary>Frames taken out of ports.</summary>
    public int Taken { get; private set; }

    /// <summary>Versions of the chain "single" that frames were seen to be treated by.</summary>
    public int VersionsSeen => _singles.Values.Where(seen => seen.Version is not null).Select(seen => seen.Version).Distinct().Count();

    /// <summary>Names a state before it is put.</summary>
    public void Announce(StormVersion version)
    {
        _paths[version.MultiPath] = version.Multi;
        _paths[version.SinglePath] = version.Single is null ? [] : [version.Single];
        _versions[version.SinglePath] = version.Number;
    }

    /// <summary>Sends until told to stop, then waits until every frame has ended somewhere.</summary>
    public void Run(CancellationToken stop)
    {
        long idleSince = Environment.TickCount64;
        while (!stop.IsCancellationRequested || UnderWay > 0)
        {
            bool moved = Poll();
            while (!stop.IsCancellationRequested && UnderWay < MostUnderWay && Send())
            {
                moved = true;
            }

            idleSince = moved ? Environment.TickCount64 : idleSince;
            if (Environment.TickCount64 - idleSince > 30_000)
            {
                throw new PacketMismatchException($"{UnderWay} frames ended nowhere: {_sent} sent, {_ended} seen at an end, {Dropped} dropped as unknown_path.");
            }

            if (!moved)
            {
                Thread.Yield();
            }
        }

        Poll();
    }

    /// <summary>Judges what only the whole shows: nothing lost but what was counted, nothing twice, and in the order of the versions.</summary>
    public void Conclude(IReadOnlyList<StormVersion> versions)
    {
        for (int flow = 0; flow < Flows; flow++)
        {
            int sent = _next[flow];
            switch (flow % 3)
            {
                case 0:
                    Require(_latest.GetValueOrDefault((flow, "dst", 0u), -1) == sent - 1, $"flow {flow} of the chain that stays: {sent} frames sent, the last one seen is {_latest.GetValueOrDefault((flow, "dst", 0u), -1)}");
                    break;
                case 1:
                    JudgeSingles(flow, sent, versions);
                    break;
            }
        }

        int multiSent = Enumerable.Range(0, Flows).Where(flow => flow % 3 == 2).Sum(flow => _next[flow]);
        Require(multiSent - _multis.Count == Dropped, $"of {multiSent} frames through several functions {_multis.Count} arrived, and {Dropped} were counted as dropped because their chain had changed");
    }

    private int UnderWay => _sent - _ended - (int)Dropped;

    private long Dropped => _forwarder.Counters.Dropped[(int)DropReason.UnknownPath];

    // Greedily the earliest version that explains each frame: if that cannot be in order, nothing can.
    private void JudgeSingles(int flow, int sent, IReadOnlyList<StormVersion> versions)
    {
        int version = 0;
        for (int number = 0; number < sent; number++)
        {
            Require(_singles.TryGetValue((flow, number), out (Node? Function, int? Version) seen), $"flow {flow}, frame {number} came out nowhere");
            int earliest = version;
            while (earliest < versions.Count && (seen.Version is { } known ? known != earliest : versions[earliest].Single != seen.Function))
            {
                earliest++;
            }

            Require(earliest < versions.Count, $"flow {flow}, frame {number} was treated by an older version than the frame before it: {seen.Function?.Name ?? "no chain"} after version {version}");
            version = earliest;
        }
    }

    private bool Send()
    {
        int flow = _sent % Flows;
        byte[] frame = _frames[flow];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(frame.Length - 4), _next[flow]);
        if (!_source.Inject(0, frame, frame.Length))
        {
            return false;
        }

        _next[flow]++;
        Volatile.Write(ref _sent, _sent + 1);
        return true;
    }

    private bool Poll()
    {
        bool moved = false;
        foreach ((MemoryPort port, Node? node) in _ports)
        {
            while (port.TryTake(0, _buffer, out int length))
            {
                moved = true;
                Taken++;
                Span<byte> frame = _buffer.AsSpan(0, length);
                int flow = BinaryPrimitives.ReadInt32BigEndian(frame[^TagBytes..]);
                int number = BinaryPrimitives.ReadInt32BigEndian(frame[^4..]);
                if (node is null)
                {
                    Arrive(flow, number, frame);
                }
                else
                {
                    Visit(node, port, flow, number, frame);
                }
            }
        }

        return moved;
    }

    private void Arrive(int flow, int number, ReadOnlySpan<byte> frame)
    {
        RequirePacket(flow, number, frame, "at its destination");
        _ended++;
        switch (flow % 3)
        {
            case 0:
                Require(_latest.GetValueOrDefault((flow, "dst", 0u), -1) == number - 1, $"flow {flow} of the chain that stays: frame {number} came after {_latest.GetValueOrDefault((flow, "dst", 0u), -1)}");
                _latest[(flow, "dst", 0u)] = number;
                break;
            case 1:
                Require(_singles.TryAdd((flow, number), (null, null)), $"flow {flow}, frame {number} came out twice");
                break;
            default:
                Require(_multis.Add((flow, number)), $"flow {flow}, frame {number} arrived twice");
                break;
        }
    }

    // One pass uses one state: port, address, path and index must all be of it.
    private void Visit(Node node, MemoryPort port, int flow, int number, Span<byte> frame)
    {
        string where = $"flow {flow}, frame {number} at {node.Name}";
        Require(frame[..6].SequenceEqual(MacOf(node)), $"{where} is addressed to another port");
        uint path = 0;
        if (node.Correlation is not null)
        {
            bool isNsh = node.Correlation == "nsh";
            Require(BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) == (isNsh ? 0x894f : 0x8847), $"{where} has not the header the function wants");
            uint servicePath = isNsh ? BinaryPrimitives.ReadUInt32BigEndian(frame[(EthernetBytes + 4)..]) : BinaryPrimitives.ReadUInt32BigEndian(frame[EthernetBytes..]) / OneLabel;
            (path, int hop) = (servicePath >> 8, 255 - (int)(servicePath & 0xff));
            Require(_paths.TryGetValue(path, out IReadOnlyList<Node>? functions) && hop < functions.Count && functions[hop] == node,
                $"{where} has path {path} and index {servicePath & 0xff}, where another function of another version is");
        }

        byte[] inner = node.Correlation switch
        {
            "nsh" => frame[(EthernetBytes + NshBytes)..].ToArray(),
            "mpls" => [.. frame[..12], .. _frames[flow].AsSpan(12, 2), .. frame[(EthernetBytes + LabelBytes)..]],
            _ => frame.ToArray(),
        };
        RequirePacket(flow, number, inner, where);

        // In its own order at each port, for each version.
        Require(_latest.GetValueOrDefault((flow, node.Name, path), -1) < number, $"{where} came after frame {_latest.GetValueOrDefault((flow, node.Name, path), -1)}");
        _latest[(flow, node.Name, path)] = number;
        if (flow % 3 == 1)
        {
            _ended++;
            Require(_singles.TryAdd((flow, number), (node, _versions.TryGetValue(path, out int version) ? version : null)), $"{where} came out twice");
            return;
        }

        GiveBack(node, port, frame);
    }

    private void GiveBack(Node node, MemoryPort port, Span<byte> frame)
    {
        if (node.Correlation == "nsh")
        {
            frame[EthernetBytes + 7]--;
        }
        else if (node.Correlation == "mpls")
        {
            BinaryPrimitives.WriteUInt32BigEndian(frame[EthernetBytes..], BinaryPrimitives.ReadUInt32BigEndian(frame[EthernetBytes..]) - OneLabel);
        }

        Require(port.Inject(0, frame, frame.Length), $"{node.Name} cannot give a frame back");
        GivenBack++;
    }

    // As it was sent, but for the destination address, which is the last function's.
    private void RequirePacket(int flow, int number, ReadOnlySpan<byte> frame, string where)
    {
        byte[] sent = _frames[flow];
        Require(frame.Length == sent.Length && frame[6..^4].SequenceEqual(sent.AsSpan(6..^4)), $"flow {flow}, frame {number}: other bytes {where}");
    }

    // Flows of the three chains in turn, IPv4 and IPv6.
    private static PacketBuilder FrameOf(int flow)
    {
        Flavour flavour = Flavour.Untagged[flow / 3 % 2];
        ushort port = (ushort)(20_000 + flow);
        byte[] tag = new byte[TagBytes];
        BinaryPrimitives.WriteInt32BigEndian(tag, flow);
        PacketBuilder packet = (flow % 3) switch
        {
            0 => flavour.Forth().Tcp(port, StormVersion.KeepPort),
            1 => flavour.Forth().Udp(port, StormVersion.SinglePort),
            _ => flavour.Forth().Udp(port, StormVersion.MultiPort),
        };
        return packet.Payload(tag);
    }

    private static byte[] MacOf(Node node) => Convert.FromHexString(node.Mac.Replace(":", "", StringComparison.Ordinal));

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new PacketMismatchException(otherwise);
        }
    }
}
