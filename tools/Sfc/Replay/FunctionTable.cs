using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Sfc.Replay;

/// <summary>What stands behind each member of a snapshot.</summary>
internal sealed class FunctionTable
{
    private readonly PlayedFunction[] _byMember;

    /// <summary>Makes the table.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="functions">Function by port pair, whose UUID is the member's stable id.</param>
    public FunctionTable(SteeringSnapshot snapshot, IReadOnlyDictionary<UInt128, PlayedFunction> functions)
    {
        _byMember = new PlayedFunction[snapshot.Members.Length];
        for (int member = 0; member < _byMember.Length; member++)
        {
            _byMember[member] = functions[snapshot.Members[member].StableId];
        }
    }

    /// <summary>The function behind a member.</summary>
    /// <param name="member">Index in the snapshot's members.</param>
    public PlayedFunction this[int member] => _byMember[member];
}
