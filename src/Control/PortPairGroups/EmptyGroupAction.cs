namespace NetworkingSfc.Control.PortPairGroups;

/// <summary>What happens to a packet whose next group has no living member (extension attribute <c>on_empty</c>).</summary>
public enum EmptyGroupAction
{
    /// <summary><c>drop</c>: fail closed. The default of a server that is told nothing else.</summary>
    Drop,

    /// <summary><c>skip</c>: go on with the next group; fail open.</summary>
    Skip,

    /// <summary><c>leave</c>: the chain ends here, which is what the reference does silently.</summary>
    Leave,
}
