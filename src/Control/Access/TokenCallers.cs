using Microsoft.Extensions.Primitives;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Access;

/// <summary>Knows callers by the token they send, and by nothing else: identity headers are not looked at.</summary>
/// <param name="file">The token file.</param>
/// <param name="tokens">What it held when it was read last.</param>
internal sealed class TokenCallers(string file, TokenSet tokens) : ICallerSource
{
    private const string TokenHeader = "X-Auth-Token";
    private const string Scheme = "Bearer ";

    private TokenSet _tokens = tokens;

    /// <summary>Reads the file again. Returns what is wrong with it; then the tokens stay as they were.</summary>
    public string? Reload(out int count)
    {
        string? wrong = TokenSet.Read(file, out TokenSet? read);
        if (read is not null)
        {
            Volatile.Write(ref _tokens, read);
        }

        count = _tokens.Count;
        return wrong;
    }

    /// <inheritdoc/>
    public ApiProblem? Identify(IHeaderDictionary headers, out Caller caller)
    {
        caller = Caller.Nobody;
        if (SecretIn(headers) is not { } secret)
        {
            return AccessProblems.NoToken;
        }

        if (Volatile.Read(ref _tokens).Find(secret) is not { } found)
        {
            return AccessProblems.UnknownToken;
        }

        caller = found;
        return null;
    }

    private static string? SecretIn(IHeaderDictionary headers)
    {
        if (headers.TryGetValue(TokenHeader, out StringValues own) && !StringValues.IsNullOrEmpty(own))
        {
            return own.ToString();
        }

        string authorization = headers.Authorization.ToString();
        return authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? authorization[Scheme.Length..].Trim() : null;
    }
}
