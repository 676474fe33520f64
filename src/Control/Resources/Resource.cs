namespace NetworkingSfc.Control.Resources;

/// <summary>What every API resource has. Records are immutable; an update makes a new one with the same <see cref="Id"/>.</summary>
public abstract record Resource
{
    /// <summary>Identity, rendered lower-case and dashed.</summary>
    public required Guid Id { get; init; }

    /// <summary>Name as sent; need not be unique.</summary>
    public string Name { get; init; } = "";

    /// <summary>Description as sent.</summary>
    public string Description { get; init; } = "";

    /// <summary>Owning project; answered as both <c>project_id</c> and <c>tenant_id</c>.</summary>
    public required string ProjectId { get; init; }

    /// <summary>The identity as the API writes it.</summary>
    public string IdText => Id.ToString("D");
}
