using NetworkingSfc.Control.Drivers.OpenVswitch;

namespace NetworkingSfc.Sfc.Verify;

/// <summary>A difference that was decided on, with the narrowest test that recognises it.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Section">Where reference-dataplane.md speaks of it.</param>
/// <param name="What">What the switch does and we do not.</param>
internal sealed record KnownDifference(string Name, string Section, string What)
{
    /// <summary>True for one that flows cannot mend, so that it is there in both dialects.</summary>
    public bool IsInBoth { get; init; }

    /// <summary>True for one of traffic that the reference does not steer at all.</summary>
    public bool IsInFixedOnly { get; init; }

    /// <summary>Recognises it where the two sides send to different places.</summary>
    public Func<StepView, bool>? IsRoute { get; init; }

    /// <summary>
    /// Makes of a frame that our engine sent what the switch is to have sent by this difference; may change the frame it is given.
    /// A difference in bytes is known when the known ones together lead to exactly what the switch sent.
    /// </summary>
    public Func<StepView, EngineOutput, byte[], byte[]>? Rewrite { get; init; }

    /// <summary>Recognises it where equal flows went to two members.</summary>
    public Func<HopView, bool>? IsMember { get; init; }

    /// <summary>Recognises it where flows are not spread by weight.</summary>
    public Func<HopView, bool>? IsSpread { get; init; }

    /// <summary>True when it is to be expected of a dialect.</summary>
    public bool IsOf(FlowDialect dialect) => IsInBoth || dialect == (IsInFixedOnly ? FlowDialect.Fixed : FlowDialect.Reference);
}
