using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Access;

/// <summary>
/// One token as the token file keeps it: <c>sha256:HASH ROLE PROJECT</c>. The token itself is not kept. A plain hash is
/// enough because tokens are 256 random bits: there is nothing to guess, so nothing that a slow hash would slow down.
/// </summary>
public sealed class AccessToken
{
    /// <summary>What a line of the file looks like.</summary>
    internal const string Form = "sha256:HASH ROLE PROJECT, with the SHA-256 of the token in 64 hexadecimal digits and one of the roles admin, observer, member, reader";

    private const string Prefix = "sha256:";
    private const int SecretBytes = 32;

    private readonly byte[] _hash;

    private AccessToken(byte[] hash, AccessRole role, string project)
    {
        _hash = hash;
        Role = role;
        Project = project;
    }

    /// <summary>What the holder may do.</summary>
    public AccessRole Role { get; }

    /// <summary>The project the holder acts for.</summary>
    public string Project { get; }

    /// <summary>Who the holder is to the API.</summary>
    internal Caller Caller => new(Project, Role is AccessRole.Admin or AccessRole.Observer) { ReadsOnly = Role is AccessRole.Reader or AccessRole.Observer };

    /// <summary>Makes a token.</summary>
    /// <param name="role">What its holder may do.</param>
    /// <param name="project">The project its holder acts for.</param>
    /// <param name="secret">The token, to be handed to its holder; it cannot be found again.</param>
    public static AccessToken Create(AccessRole role, string project, out string secret)
    {
        if (!IsProject(project))
        {
            throw new ArgumentException($"'{project}' is no project. Accepted is a name without blanks.");
        }

        secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));
        return new AccessToken(HashOf(secret), role, project);
    }

    /// <summary>The line of the token file.</summary>
    public override string ToString() => $"{Prefix}{Convert.ToHexStringLower(_hash)} {NameOf(Role)} {Project}";

    /// <summary>Reads a line. Returns what is wrong with it, without repeating what may be a secret.</summary>
    internal static string? Parse(string line, out AccessToken? token)
    {
        token = null;
        string[] fields = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != 3)
        {
            return $"has {fields.Length} fields instead of 3";
        }

        if (!IsHash(fields[0], out byte[]? hash))
        {
            return "does not begin with the hash of a token";
        }

        AccessRole? role = Enum.GetValues<AccessRole>().Cast<AccessRole?>().FirstOrDefault(one => NameOf(one!.Value) == fields[1]);
        if (role is null)
        {
            return $"has the unknown role '{fields[1]}'";
        }

        token = new AccessToken(hash, role.Value, fields[2]);
        return null;
    }

    /// <summary>The hash of a token, as <see cref="HasHash"/> compares it.</summary>
    internal static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>Whether the token has this hash, in the same time wherever the two differ.</summary>
    internal bool HasHash(ReadOnlySpan<byte> hash) => CryptographicOperations.FixedTimeEquals(_hash, hash);

    private static bool IsProject(string project) => project.Length > 0 && !project.Any(char.IsWhiteSpace);

    private static bool IsHash(string field, [NotNullWhen(true)] out byte[]? hash)
    {
        hash = null;
        if (!field.StartsWith(Prefix, StringComparison.Ordinal)
            || field.Length != Prefix.Length + (2 * SHA256.HashSizeInBytes)
            || !field[Prefix.Length..].All(char.IsAsciiHexDigit))
        {
            return false;
        }

        hash = Convert.FromHexString(field.AsSpan(Prefix.Length));
        return true;
    }

    private static string NameOf(AccessRole role) => role switch
    {
        AccessRole.Admin => "admin",
        AccessRole.Observer => "observer",
        AccessRole.Member => "member",
        _ => "reader",
    };
}
