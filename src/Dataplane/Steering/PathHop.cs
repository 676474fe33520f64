using System.Diagnostics.CodeAnalysis;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.LoadBalancing;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>
/// What happens to a frame at one position of a path: behind k of its n hops it is delivered to hop k + 1, or, behind all
/// of them, has reached the end. Or what happens to a copy for one tap.
/// </summary>
internal readonly struct PathHop
{
    /// <summary>Value of <see cref="Group"/> at the end of the path.</summary>
    public const int EndOfPath = -1;

    private readonly HeaderTemplate _template;

    /// <summary>Index of the path.</summary>
    public int Path { get; init; }

    /// <summary>Index of the group to deliver to, or <see cref="EndOfPath"/>.</summary>
    public int Group { get; init; }

    /// <summary>Hops behind the frame.</summary>
    public int HopsDone { get; init; }

    /// <summary>Row in <see cref="SteeringSnapshot.Members"/> of the group's first member at this hop.</summary>
    public int FirstMember { get; init; }

    /// <summary>The fields that choose the member.</summary>
    public HashFields Fields { get; init; }

    /// <summary>What the members understand.</summary>
    public EncapsulationKind Wants { get; init; }

    /// <summary>Row in <see cref="SteeringSnapshot.Positions"/> of the first tap that gets a copy of frames at this position.</summary>
    public int FirstTap { get; init; }

    /// <summary>How many taps do; their rows follow each other.</summary>
    public int TapCount { get; init; }

    /// <summary>The bytes to insert when the frame does not carry them yet.</summary>
    public HeaderTemplate Template
    {
        init => _template = value;
    }

    /// <summary>The same where they are, not copied.</summary>
    [UnscopedRef]
    public ref readonly HeaderTemplate Header => ref _template;
}
