namespace NetworkingSfc.Dataplane.Steering;

/// <summary>What happens to a frame whose next group has no member that takes flows.</summary>
public enum EmptyGroupPolicy : byte
{
    /// <summary>It is dropped.</summary>
    Drop,

    /// <summary>It goes on to the group after; the index counts the empty one all the same.</summary>
    Skip,

    /// <summary>The path ends there.</summary>
    Leave,
}
