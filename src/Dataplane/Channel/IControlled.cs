using System.Collections.Immutable;
using NetworkingSfc.Dataplane.Attachments;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Tracing;

namespace NetworkingSfc.Dataplane.Channel;

/// <summary>What a control process sees of the forwarder that it controls.</summary>
internal interface IControlled
{
    /// <summary>How the forwarder presents itself now.</summary>
    Hello Hello { get; }

    /// <summary>The definition that is held.</summary>
    SteeringDefinition Definition { get; }

    /// <summary>The generation that each worker has finished a step with. Any thread.</summary>
    ImmutableArray<ulong> Adopted { get; }

    /// <summary>The ports that are attached; the same list while nothing has changed. Any thread.</summary>
    ImmutableArray<PortState> PortStates { get; }

    /// <summary>Carries out another definition. One call at a time.</summary>
    /// <param name="next">The definition.</param>
    /// <exception cref="SteeringDefinitionException">It cannot be carried out; the one before goes on.</exception>
    void Take(SteeringDefinition next);

    /// <summary>Begins to trace packets. Any thread.</summary>
    /// <param name="request">What is traced.</param>
    /// <exception cref="TraceRefusedException">Another trace runs.</exception>
    PacketTrace StartTrace(TraceRequest request);
}
