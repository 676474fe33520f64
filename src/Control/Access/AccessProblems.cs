using System.Globalization;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Access;

/// <summary>Why a request is not let in.</summary>
internal static class AccessProblems
{
    public static ApiProblem NoToken { get; } = new(401, "HTTPUnauthorized",
        "The request has no token. Accepted is a token of the server's token file in X-Auth-Token, or in Authorization after Bearer.");

    public static ApiProblem UnknownToken { get; } = new(401, "HTTPUnauthorized",
        "The token of the request is not known. Accepted is a token of the server's token file in X-Auth-Token, or in Authorization after Bearer.");

    public static ApiProblem ReadsOnly(string method) => new(403, "PolicyNotAuthorized",
        $"{method} is not allowed with the token of the request: its role may only read. Accepted are GET, HEAD and OPTIONS, or a token of the role member or admin.");

    public static ApiProblem TooManyRequests(int limit, int seconds) => new(429, "HTTPTooManyRequests", string.Create(CultureInfo.InvariantCulture,
        $"This client sent more requests than the {limit} per second that are accepted. Try again in {seconds} s."));
}
