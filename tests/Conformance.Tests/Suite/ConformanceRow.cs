namespace NetworkingSfc.Conformance.Tests.Suite;

/// <summary>One row of the table: what is shown, of which behaviours, and how.</summary>
/// <param name="Name">Unique name, in the words of the feature.</param>
/// <param name="Behaviours">Numbers of <see cref="Suite.Behaviours"/>, separated by spaces.</param>
internal abstract record ConformanceRow(string Name, string Behaviours)
{
    /// <summary>The numbers.</summary>
    public IReadOnlyList<string> Numbers => Behaviours.Split(' ');

    /// <summary>Fails when the forwarder does anything else.</summary>
    public abstract void Check();
}
