namespace NetworkingSfc.Conformance.Tests.Suite;

/// <summary>A service function of a row: a port pair with its ports and addresses.</summary>
/// <param name="Name">Name of the pair.</param>
/// <param name="Correlation">Null, mpls or nsh.</param>
/// <param name="Number">0 to 255, part of its addresses.</param>
/// <param name="HasTwoPorts">One port for each way rather than one for both.</param>
internal sealed record Node(string Name, string? Correlation, int Number, bool HasTwoPorts = false)
{
    /// <summary>True on a way back, where the function is entered by its egress port.</summary>
    public bool IsReversed { get; private init; }

    /// <summary>The port it is sent frames to.</summary>
    public string Input => HasTwoPorts ? Name + (IsReversed ? "-out" : "-in") : Name;

    /// <summary>The port it sends frames from.</summary>
    public string Output => HasTwoPorts ? Name + (IsReversed ? "-in" : "-out") : Name;

    /// <summary>Address of <see cref="Input"/>.</summary>
    public string Mac => HasTwoPorts && IsReversed ? EgressMac : IngressMac;

    /// <summary>The same function on the way back.</summary>
    public Node Reversed => this with { IsReversed = true };

    /// <summary>Address of the ingress port.</summary>
    public string IngressMac => $"02:00:00:00:01:{Number:x2}";

    /// <summary>Address of the egress port where it is another one.</summary>
    public string EgressMac => $"02:00:00:00:02:{Number:x2}";

    /// <summary>A letter to a function: p, m, n is unaware, MPLS-aware, NSH-aware; a capital has two ports.</summary>
    public static Node Of(char letter, int number) => new(
        $"{letter}{number}",
        char.ToLowerInvariant(letter) switch { 'm' => "mpls", 'n' => "nsh", _ => null },
        number,
        char.IsUpper(letter));

    /// <summary>Letters to functions, numbered from 1.</summary>
    public static Node[] Of(string letters) => [.. letters.Select((letter, place) => Of(letter, place + 1))];
}
