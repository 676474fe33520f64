using NetworkingSfc.Conformance.Tests.Replaying;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Suite;

/// <summary>
/// A state document and the routes that frames take through it, byte by byte, by <c>sfc replay</c>: document, compiler, engine,
/// functions and recorder. The first crossing of each route is its input.
/// </summary>
/// <param name="Name">See <see cref="ConformanceRow"/>.</param>
/// <param name="Behaviours">See <see cref="ConformanceRow"/>.</param>
/// <param name="Lab">The state.</param>
/// <param name="Routes">Routes in the order in which the frames come.</param>
internal sealed record ReplayRow(string Name, string Behaviours, Lab Lab, params IReadOnlyList<Route> Routes) : ConformanceRow(Name, Behaviours)
{
    /// <summary>The drops to be counted, and no others: <c>too_long=1 unknown_path=2</c>.</summary>
    public string Drops { get; init; } = "";

    /// <summary>A chain and the packets that must be counted as entering it; null where the row has nothing to say of that.</summary>
    public (string Chain, int Packets)? Entering { get; init; }

    /// <inheritdoc/>
    public override void Check()
    {
        Crossing[] expected = [.. Routes.SelectMany(route => route.Crossings)];
        InputFile[] inputs =
        [
            .. Routes.Select((route, time) => (Entry: route.Crossings[0], Packet: new InputPacket(time, route.Crossings[0].Frame)))
                .GroupBy(input => input.Entry.Port, (port, packets) => new InputFile(port, [.. packets.Select(input => input.Packet)])),
        ];
        Replayed replayed = Replayed.Run(Lab, inputs).Crosses(Name, expected).Drops(Drops);
        if (Entering is (string chain, int packets))
        {
            Assert.Equal(packets, replayed.Counts.Chain(chain).Packets);
        }
    }
}
