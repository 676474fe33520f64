namespace NetworkingSfc.Control.Resources;

/// <summary>Who asks: a project, and whether as its administrator, who sees and may use everything.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="IsAdmin">Whether all projects are visible.</param>
internal sealed record Caller(string ProjectId, bool IsAdmin)
{
    /// <summary>A request without identity headers, as stock Neutron without Keystone treats it.</summary>
    public static Caller Default { get; } = new("fake_project_id", IsAdmin: true);

    /// <summary>Who is not known: sees nothing.</summary>
    public static Caller Nobody { get; } = new("", IsAdmin: false) { ReadsOnly = true };

    /// <summary>Whether changes are refused.</summary>
    public bool ReadsOnly { get; init; }

    /// <summary>
    /// Whether a stored state is put back rather than asked for. Rules that hold only when an object is made are left out then:
    /// what they look at may have changed since, and the state was accepted as it is.
    /// </summary>
    public bool Restores { get; init; }

    /// <summary>
    /// Whether chains come before the graphs that join them, as in a state document. Conflicts between chains are looked for
    /// when all is known then.
    /// </summary>
    public bool JoinsLater { get; init; }

    /// <summary>Whether a resource of this caller may not conflict with another. Conflicts are looked for among what a project sees, so two projects may have them.</summary>
    public bool Compares(Resource made, Resource other) => Restores ? made.ProjectId == other.ProjectId : Sees(other);

    /// <summary>Whether a resource exists as far as this caller is concerned.</summary>
    public bool Sees(Resource resource) => IsAdmin || resource.ProjectId == ProjectId;

    /// <summary>The resource when the caller sees it, else null.</summary>
    public T? Find<T>(ResourceCollection<T> collection, Guid id) where T : Resource =>
        collection.Find(id) is { } found && Sees(found) ? found : null;
}
