using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Access;

/// <summary>Finds out who asks.</summary>
internal interface ICallerSource
{
    /// <summary>Reads the headers of a request. Returns why the caller is not known; then the caller is nobody.</summary>
    ApiProblem? Identify(IHeaderDictionary headers, out Caller caller);
}
