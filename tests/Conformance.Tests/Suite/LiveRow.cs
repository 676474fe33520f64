using NetworkingSfc.Conformance.Tests.Live;
using NetworkingSfc.Conformance.Tests.Replaying;

namespace NetworkingSfc.Conformance.Tests.Suite;

/// <summary>
/// States that follow one another while frames are under way, in a running forwarder: control loop, driver and worker. What
/// functions send is played from the routes.
/// </summary>
/// <param name="Name">See <see cref="ConformanceRow"/>.</param>
/// <param name="Behaviours">See <see cref="ConformanceRow"/>.</param>
/// <param name="Steps">What happens, in order.</param>
internal sealed record LiveRow(string Name, string Behaviours, params IReadOnlyList<LiveStep> Steps) : ConformanceRow(Name, Behaviours)
{
    /// <inheritdoc/>
    public override void Check()
    {
        using LiveForwarder forwarder = new();
        foreach (LiveStep step in Steps)
        {
            forwarder.Put(step.Lab);
            foreach (Route route in step.Routes)
            {
                forwarder.Play(Name, route.Crossings);
            }

            if (forwarder.TakeDrops() is var drops && drops != step.Drops)
            {
                throw new Testing.PacketMismatchException($"{Name}: expected the drops '{step.Drops}', was '{drops}'.");
            }
        }
    }
}

/// <summary>A state, and what crosses the ports while it is the current one.</summary>
/// <param name="Lab">The state.</param>
/// <param name="Routes">Frames in their order; a crossing inwards is what the peer of the port sends.</param>
internal sealed record LiveStep(Lab Lab, params IReadOnlyList<Route> Routes)
{
    /// <summary>The drops to be counted in this step, and no others.</summary>
    public string Drops { get; init; } = "";
}
