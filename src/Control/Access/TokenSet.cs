using System.Collections.Immutable;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Access;

/// <summary>The tokens of a file; immutable.</summary>
internal sealed class TokenSet
{
    private readonly ImmutableArray<AccessToken> _tokens;

    private TokenSet(ImmutableArray<AccessToken> tokens) => _tokens = tokens;

    /// <summary>Number of tokens.</summary>
    public int Count => _tokens.Length;

    /// <summary>Reads the file. Returns the file, the line and what is wrong with it, in one line.</summary>
    public static string? Read(string file, out TokenSet? tokens)
    {
        tokens = null;
        try
        {
            return Parse(file, File.ReadAllLines(file), out tokens);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return $"The token file '{file}' cannot be read: {failure.Message}";
        }
    }

    /// <summary>The caller who holds this token, or null. Every token is compared, so that the time does not tell which one was near.</summary>
    public Caller? Find(string secret)
    {
        byte[] hash = AccessToken.HashOf(secret);
        Caller? found = null;
        foreach (AccessToken token in _tokens)
        {
            if (token.HasHash(hash))
            {
                found = token.Caller;
            }
        }

        return found;
    }

    private static string? Parse(string file, string[] lines, out TokenSet? tokens)
    {
        tokens = null;
        Dictionary<string, int> seen = new(StringComparer.OrdinalIgnoreCase);
        ImmutableArray<AccessToken>.Builder read = ImmutableArray.CreateBuilder<AccessToken>();
        for (int number = 1; number <= lines.Length; number++)
        {
            string line = lines[number - 1].Trim();
            if (line.Length == 0 || line.StartsWith('#'))
            {
                continue;
            }

            string? wrong = AccessToken.Parse(line, out AccessToken? token);
            if (wrong is null && !seen.TryAdd(line.Split(' ', '\t')[0], number))
            {
                wrong = $"has the token of line {seen[line.Split(' ', '\t')[0]]} again";
            }

            if (wrong is not null)
            {
                return $"The token file '{file}' cannot be used: line {number} {wrong}. Accepted is {AccessToken.Form}, or a comment that begins with #.";
            }

            read.Add(token!);
        }

        if (read.Count == 0)
        {
            return $"The token file '{file}' cannot be used: it has no token, so nobody could use the API. Accepted are lines of the form {AccessToken.Form}.";
        }

        tokens = new TokenSet(read.ToImmutable());
        return null;
    }
}
