using System.Diagnostics.CodeAnalysis;

namespace NetworkingSfc.Conformance.Tests.Model;

/// <summary>Behaviour 20 without bounds: later fragments follow their first one, and wait for it.</summary>
internal sealed class ModelFragments
{
    private readonly Dictionary<string, FrameReading> _firsts = [];
    private readonly List<(string Datagram, Action<FrameReading> GoOn, FrameReading Reading)> _waiting = [];
    private readonly Queue<Action> _released = [];

    public int Waiting => _waiting.Count;

    /// <summary>Goes on at once, later or, when the answer is false, never.</summary>
    public bool Follow(string place, FrameReading reading, Action<FrameReading> goOn)
    {
        string datagram = $"{place} {reading.Version} {reading.Source} {reading.Destination} {reading.Identification} {(reading.Version == 4 ? reading.Protocol : 0)}";
        bool hasOwnTuple = reading is { IsLaterFragment: true, IsWhole: false } || (reading.IsLaterFragment && !NeedsFirst(reading));
        if (reading.Version == 0 || hasOwnTuple || reading is { IsLaterFragment: false, HasMoreFragments: false })
        {
            goOn(reading);
        }
        else if (!reading.IsLaterFragment)
        {
            return Begin(datagram, reading, goOn);
        }
        else if (_firsts.TryGetValue(datagram, out FrameReading? first))
        {
            goOn(reading.Following(first));
        }
        else
        {
            _waiting.Add((datagram, goOn, reading));
        }

        return true;
    }

    /// <summary>The next fragment whose first one has come and gone its way.</summary>
    public bool TryRelease([NotNullWhen(true)] out Action? goOn) => _released.TryDequeue(out goOn);

    private static bool NeedsFirst(FrameReading reading) =>
        reading.Protocol is FrameReading.Tcp or FrameReading.Udp or FrameReading.Sctp || (reading.Version == 6 && reading.Protocol is 0 or 43 or 44 or 60);

    private bool Begin(string datagram, FrameReading first, Action<FrameReading> goOn)
    {
        if (_firsts.TryGetValue(datagram, out FrameReading? before)
            && (before.SourcePort, before.DestinationPort, before.Protocol, before.MayEnterChain) != (first.SourcePort, first.DestinationPort, first.Protocol, first.MayEnterChain))
        {
            return false;
        }

        _firsts[datagram] = first;
        foreach ((string Datagram, Action<FrameReading> GoOn, FrameReading Reading) waiting in _waiting.Where(waiting => waiting.Datagram == datagram))
        {
            _released.Enqueue(() => waiting.GoOn(waiting.Reading.Following(first)));
        }

        _waiting.RemoveAll(waiting => waiting.Datagram == datagram);
        goOn(first);
        return true;
    }
}
