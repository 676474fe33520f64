namespace NetworkingSfc.Control.Access;

/// <summary>What the holder of a token may do.</summary>
public enum AccessRole
{
    /// <summary>Reads what belongs to its project.</summary>
    Reader,

    /// <summary>Reads and changes what belongs to its project.</summary>
    Member,

    /// <summary>Reads everything, as monitoring does, and changes nothing.</summary>
    Observer,

    /// <summary>Reads and changes everything.</summary>
    Admin,
}
