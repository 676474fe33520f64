namespace NetworkingSfc.Control.Attributes;

/// <summary>Where a client may give an attribute.</summary>
[Flags]
internal enum AttributeUse
{
    /// <summary>Nowhere: the server fills it.</summary>
    None = 0,

    /// <summary>When the resource is made.</summary>
    Post = 1,

    /// <summary>When the resource is changed.</summary>
    Put = 2,

    /// <summary>In a state document, beside what <see cref="Post"/> allows.</summary>
    Document = 4,

    /// <summary>In a PUT that replaces a whole object (<c>create=true</c>), beside what <see cref="Put"/> allows.</summary>
    Replace = 8,
}

/// <summary>One row of a resource's attribute table.</summary>
/// <param name="Name">Name in JSON.</param>
/// <param name="Use">Where a client may give it.</param>
/// <param name="Read">Converts and validates a value.</param>
/// <param name="Schema">What a value looks like, for the OpenAPI document.</param>
internal sealed record AttributeRule(string Name, AttributeUse Use, ReadAttribute Read, Schema Schema)
{
    /// <summary>Whether POST must name it.</summary>
    public bool Required { get; init; }

    /// <summary>Whether only an administrator may set it although POST or PUT take it (Neutron's policy <c>create_port:binding:host_id</c> and its like).</summary>
    public bool AdminOnly { get; init; }

    /// <summary>Whether a project's member may not set it: what POST and PUT never take is for the server, a document or a master to say.</summary>
    public bool IsForAdmins => AdminOnly || (Use & (AttributeUse.Post | AttributeUse.Put)) == 0;

    /// <summary>The converted value that stands for an attribute that POST does not name.</summary>
    public object? Default { get; init; }

    /// <summary>Collection that the value refers to (one id, a list of ids, or an object of ids to lists of ids).</summary>
    public string? RefersTo { get; init; }

    /// <summary>Member of the objects in the value that refers, where it is not the value itself.</summary>
    public string? ReferenceMember { get; init; }

    /// <summary>What would be accepted, for people; Neutron's own texts often leave it out.</summary>
    public string? Accepts { get; init; }
}
