namespace NetworkingSfc.Sfc.Classify;

/// <summary>What a command line asks for.</summary>
internal sealed record ClassifyRequest
{
    public required string Rules { get; init; }

    public required string Trace { get; init; }

    public required string? Updates { get; init; }

    /// <summary>Where the answers are written.</summary>
    public required string? Results { get; init; }

    /// <summary>Packets a batch.</summary>
    public required int Burst { get; init; }

    /// <summary>About how long passes are measured.</summary>
    public required double Seconds { get; init; }

    /// <summary>Name in the catalog, or null for the preferred one.</summary>
    public required string? Implementation { get; init; }

    /// <summary>True when readers remember decisions.</summary>
    public required bool Cache { get; init; }
}
