namespace NetworkingSfc.Control.Resources;

/// <summary>Why a request, a change or a document was refused, as the API says it.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Type">Name of the exception class that Neutron answers with, for example <c>PortPairNotFound</c>.</param>
/// <param name="Message">What was asked, what is wrong, what would be accepted; Neutron's wording where that is recorded.</param>
public sealed record ApiProblem(int Status, string Type, string Message)
{
    /// <summary>The attribute at fault where there is one; not part of the answer, a state document points at it.</summary>
    public string? Attribute { get; init; }

    /// <summary>400 <c>HTTPBadRequest</c>: what Neutron answers to a request it does not even look up.</summary>
    internal static ApiProblem BadRequest(string message, string? attribute = null) =>
        new(400, "HTTPBadRequest", message) { Attribute = attribute };

    /// <summary>A validator refused the value of an attribute.</summary>
    internal static ApiProblem InvalidValue(string attribute, string reason) =>
        BadRequest($"Invalid input for {attribute}. Reason: {reason}.", attribute);

    /// <summary>A value could not be converted to the type of its attribute.</summary>
    internal static ApiProblem NotConvertible(string attribute, string text) =>
        new(400, "InvalidInput", $"Invalid input for operation: {text}.") { Attribute = attribute };

    /// <summary>404 for a path that names nothing.</summary>
    internal static ApiProblem NoSuchPath { get; } = new(404, "HTTPNotFound", "The resource could not be found.");

    /// <summary>405; the wording is Neutron's.</summary>
    internal static ApiProblem MethodNotAllowed { get; } = new(405, "HTTPMethodNotAllowed",
        "The server could not comply with the request since it is either malformed or otherwise incorrect.");

    /// <summary>403 for what only administrators may do; the wording is Neutron's.</summary>
    internal static ApiProblem AdminRequired(string reason) => new(403, "AdminRequired", $"User does not have admin privileges: {reason}.");

    /// <summary>403 for an attribute that a project's member may not set; the rule is named as Neutron's policy names it.</summary>
    internal static ApiProblem NotForMembers(string action, string attribute) => new(403, "PolicyNotAuthorized",
        $"rule:{action}:{attribute} is disallowed by policy: only an administrator may set {attribute}. Accepted is the request without it.")
    { Attribute = attribute };

    /// <summary>500 for a fault of ours; the wording is Neutron's and says nothing about the inside.</summary>
    internal static ApiProblem InternalError { get; } = new(500, "HTTPInternalServerError",
        "Request Failed: internal server error while processing your request.");
}
