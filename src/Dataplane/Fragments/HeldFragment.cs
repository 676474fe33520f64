using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Dataplane.Fragments;

/// <summary>A later fragment that waits for the first one, as the stages before had read it.</summary>
internal struct HeldFragment
{
    /// <summary>Its datagram.</summary>
    public FragmentKey Key;

    /// <summary>The frame; its slot belongs to whoever holds this row.</summary>
    public PacketBuffer Buffer;

    /// <summary>Its headers.</summary>
    public PacketHeaders Headers;

    /// <summary>How far the parser came.</summary>
    public ParseStatus Status;

    /// <summary>What was decided so far.</summary>
    public PacketDecision Decision;

    /// <summary>Port it came from.</summary>
    public int IngressPort;

    /// <summary>When it is given up.</summary>
    public long GivenUpAt;
}
