namespace NetworkingSfc.Control.Resources;

/// <summary>Why a request, a change or a document was refused, as the API says it.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Type">Name of the exception class that Neutron answers with, for example <c>PortPairNotFound</c>.</param>
/// <param name="Message">What was asked, what is wrong, what would be accepted; Neutron's wording where that is recorded.</param>
public sealed record ApiProblem(int Status, string Type, string Message);
