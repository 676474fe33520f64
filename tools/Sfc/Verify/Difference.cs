namespace NetworkingSfc.Sfc.Verify;

/// <summary>In what our engine and the switch differ.</summary>
internal enum DifferenceKind
{
    /// <summary>One sends something on, the other nothing.</summary>
    Verdict,

    /// <summary>They send to different places, or a different number of frames.</summary>
    Path,

    /// <summary>They send other bytes to the same place.</summary>
    Bytes,

    /// <summary>One of them sends equal flows to two members of a hop.</summary>
    Member,

    /// <summary>The flows that one of them sends to a member are no fair share by its weight.</summary>
    Spread,
}

/// <summary>One difference between our engine and the switch.</summary>
/// <param name="Kind">In what they differ.</param>
/// <param name="Packet">Number of the input frame, from 1; 0 where it is about all of them.</param>
/// <param name="Port">Name of the port where the frame came in at this step; of a hop, its chain and group.</param>
/// <param name="Ours">What our engine did.</param>
/// <param name="Theirs">What the switch did.</param>
/// <param name="Known">The known differences that explain it whole; none for one that nobody expects.</param>
internal sealed record Difference(DifferenceKind Kind, long Packet, string Port, string Ours, string Theirs, IReadOnlyList<KnownDifference> Known)
{
    /// <summary>Functions that the frame had passed.</summary>
    public int HopsDone { get; init; }

    /// <summary>The frame as it came in at this step.</summary>
    public byte[] Frame { get; init; } = [];

    /// <summary>For bytes, what our engine sent.</summary>
    public byte[] OurFrame { get; init; } = [];

    /// <summary>For bytes, what the switch sent.</summary>
    public byte[] TheirFrame { get; init; } = [];

    /// <summary>For bytes, where they differ first.</summary>
    public int Offset => OurFrame.AsSpan().CommonPrefixLength(TheirFrame);
}
