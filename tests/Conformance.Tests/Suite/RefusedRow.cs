using NetworkingSfc.Conformance.Tests.Live;
using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Control.Resources;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Suite;

/// <summary>A state that the control API refuses and that changes nothing.</summary>
/// <param name="Name">See <see cref="ConformanceRow"/>.</param>
/// <param name="Behaviours">See <see cref="ConformanceRow"/>.</param>
/// <param name="Before">The state in its place, which stays.</param>
/// <param name="Refused">The state.</param>
/// <param name="Type">Name of the error, answered with 400.</param>
/// <param name="After">What still crosses the ports.</param>
internal sealed record RefusedRow(string Name, string Behaviours, Lab Before, Lab Refused, string Type, Route After) : ConformanceRow(Name, Behaviours)
{
    /// <inheritdoc/>
    public override void Check()
    {
        using LiveForwarder forwarder = new();
        forwarder.Put(Before);
        ApiProblem? problem = forwarder.TryPut(Refused);
        Assert.Equal((400, Type), (problem?.Status, problem?.Type));
        forwarder.Play(Name, After.Crossings);
    }
}
