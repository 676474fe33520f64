using NetworkingSfc.Conformance.Tests.Chains;
using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Conformance.Tests.Suite;

/// <summary>
/// The crossings of one frame as behaviours 1 to 7 write them, built hop by hop with the packet builder. Whoever
/// builds it names path and index of every hop, so no numbering of the product is repeated here.
/// </summary>
internal sealed class Route
{
    private readonly List<Crossing> _crossings = [];
    private PacketBuilder _packet;
    private string? _carried;
    private byte _timeToLive;

    private Route(PacketBuilder packet) => _packet = packet;

    /// <summary>What crosses ports, in order.</summary>
    public IReadOnlyList<Crossing> Crossings => _crossings;

    /// <summary>The frame without NSH and label, as it is now.</summary>
    public PacketBuilder Packet => _packet;

    /// <summary>A frame that comes in.</summary>
    public static Route From(string port, PacketBuilder frame)
    {
        Route route = new(frame);
        route._crossings.Add(Crossing.In(port, frame));
        return route;
    }

    /// <summary>Bytes that come in and that no builder could read.</summary>
    public static Route From(string port, byte[] frame)
    {
        Route route = new(new PacketBuilder().Payload(frame));
        route._crossings.Add(Crossing.In(port, frame));
        return route;
    }

    /// <summary>A frame that a function sends, with the header it has been given.</summary>
    /// <param name="function">The function, at its output.</param>
    /// <param name="packet">The frame inside.</param>
    /// <param name="path">Path id of the header.</param>
    /// <param name="index">Index of the header, lowered already.</param>
    /// <param name="timeToLive">Of the header.</param>
    public static Route FromFunction(Node function, PacketBuilder packet, uint path, byte index, byte timeToLive)
    {
        Route route = new(packet) { _carried = function.Correlation, _timeToLive = timeToLive };
        route._crossings.Add(Crossing.In(function.Output, route.Carried(function, path, index)));
        return route;
    }

    /// <summary>The frame is at the end of a chain, or at its start: it carries nothing.</summary>
    public Route Joining()
    {
        _carried = null;
        return this;
    }

    /// <summary>The frame goes to a function, which gives it back with the index lowered where it knows one.</summary>
    /// <param name="function">The function.</param>
    /// <param name="path">Path id of the header that is sent, where one is.</param>
    /// <param name="index">Index of that header.</param>
    public Route Through(Node function, uint path, byte index)
    {
        To(function, path, index);
        _crossings.Add(Crossing.In(function.Output, Carried(function, path, (byte)(index - 1))));
        return this;
    }

    /// <summary>The frame goes through a chain, which sends index 255 to its first function and one less to each that follows.</summary>
    /// <param name="functions">The functions in the order in which they are visited.</param>
    /// <param name="path">Path id of the headers that are sent.</param>
    public Route Through(IEnumerable<Node> functions, uint path)
    {
        byte index = 255;
        foreach (Node function in functions)
        {
            Through(function, path, index--);
        }

        return this;
    }

    /// <summary>The frame goes to a function and is not given back.</summary>
    public Route To(Node function, uint path, byte index)
    {
        // Only NSH leaves the frame's own addresses alone. A new header starts with its own TTL, a kept one has one less.
        _packet = function.Correlation == "nsh" ? _packet : _packet.To(function.Mac);
        _timeToLive = _carried is not null && _carried == function.Correlation ? Lowered(function) : function.Correlation == "mpls" ? index : (byte)63;
        _carried = function.Correlation;
        _crossings.Add(Crossing.Out(function.Input, Carried(function, path, index)));
        return this;
    }

    /// <summary>A tap gets a copy, and the frame is as it was. One that knows no encapsulation gets what left the hop before.</summary>
    public Route Copied(Node tap, uint path, byte index)
    {
        if (tap.Correlation is null)
        {
            _crossings.Add(_crossings[^1].IsInbound ? Crossing.Out(tap.Input, _crossings[^1].Frame) : Crossing.Out(tap.Input, _packet));
            return this;
        }

        (PacketBuilder packet, string? carried, byte timeToLive) = (_packet, _carried, _timeToLive);
        To(tap, path, index);
        (_packet, _carried, _timeToLive) = (packet, carried, timeToLive);
        return this;
    }

    /// <summary>The function behind the last crossing has changed the packet before it gave it back.</summary>
    /// <param name="change">What it does to the packet inside.</param>
    /// <param name="path">Path id of the header it sends, where it sends one.</param>
    /// <param name="index">Index of that header.</param>
    /// <param name="function">The function.</param>
    public Route Rewritten(Node function, Func<PacketBuilder, PacketBuilder> change, uint path, byte index)
    {
        _packet = change(_packet);
        _crossings[^1] = Crossing.In(function.Output, Carried(function, path, index));
        return this;
    }

    /// <summary>The frame leaves without any header of ours.</summary>
    public Route Leaving(string port)
    {
        _crossings.Add(Crossing.Out(port, _packet));
        return this;
    }

    /// <summary>Another frame that goes out because of this one.</summary>
    public Route And(string port, PacketBuilder frame) => And(port, frame.Build());

    /// <summary>Bytes that go out because of this frame.</summary>
    public Route And(string port, byte[] frame)
    {
        _crossings.Add(Crossing.Out(port, frame));
        return this;
    }

    /// <summary>A frame that a function sends because of this one.</summary>
    public Route ComesBack(string port, PacketBuilder frame)
    {
        _crossings.Add(Crossing.In(port, frame));
        return this;
    }

    /// <summary>What another frame does because of this one, its own entry left out.</summary>
    public Route And(Route other)
    {
        _crossings.AddRange(other._crossings.Skip(1));
        return this;
    }

    // NSH counts from 0 to 63 and 0 again (RFC 8300, section 2.2).
    private byte Lowered(Node function) => (byte)(_timeToLive == 0 && function.Correlation == "nsh" ? 63 : _timeToLive - 1);

    private PacketBuilder Carried(Node function, uint path, byte index) => function.Correlation switch
    {
        "nsh" => _packet.InNsh(function.Mac, path, index, _timeToLive),
        "mpls" => _packet.Labelled(path, index, _timeToLive),
        _ => _packet,
    };
}
