using NetworkingSfc.Control.Drivers.OpenVswitch;

namespace NetworkingSfc.Sfc.Verify;

/// <summary>What a comparison of our engine with the switch found.</summary>
/// <param name="Dialect">Whose flows the switch had.</param>
/// <param name="Frames">Input frames.</param>
/// <param name="Steps">Frames given to the switch: of inputs and of functions.</param>
/// <param name="NotFed">Input frames that cannot be given to the switch: captured short, or shorter than an Ethernet header. Our engine drops them.</param>
/// <param name="Learning">Networks that learn stations, taken as if they did not: the switch of a comparison learns nothing.</param>
/// <param name="Refused">Flows and groups that Open vSwitch refused, with its words.</param>
/// <param name="Differences">Every difference, in the order found.</param>
internal sealed record VerifyReport(
    FlowDialect Dialect, long Frames, long Steps, long NotFed, int Learning, IReadOnlyList<string> Refused, IReadOnlyList<Difference> Differences)
{
    /// <summary>Differences that no known one explains.</summary>
    public IEnumerable<Difference> Unknown => Differences.Where(difference => difference.Known.Count == 0);
}
