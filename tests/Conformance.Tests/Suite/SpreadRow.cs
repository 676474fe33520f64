namespace NetworkingSfc.Conformance.Tests.Suite;

/// <summary>Where members are chosen by hash: shares and members are counted instead of bytes compared.</summary>
/// <param name="Name">See <see cref="ConformanceRow"/>.</param>
/// <param name="Behaviours">See <see cref="ConformanceRow"/>.</param>
/// <param name="Count">Sends flows and asserts what was counted.</param>
internal sealed record SpreadRow(string Name, string Behaviours, Action Count) : ConformanceRow(Name, Behaviours)
{
    /// <inheritdoc/>
    public override void Check() => Count();
}
