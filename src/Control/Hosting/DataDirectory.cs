using NetworkingSfc.Control.Store.Sqlite;

namespace NetworkingSfc.Control.Hosting;

/// <summary>Where desired state is kept.</summary>
internal static class DataDirectory
{
    /// <summary>Stands for no directory: desired state ends with the process.</summary>
    public const string InMemory = ":memory:";

    /// <summary><see cref="Default"/> in words.</summary>
    public const string DefaultText = "/var/lib/sfc for root, else $XDG_STATE_HOME/sfc or ~/.local/state/sfc";

    /// <summary>The directory when none is named (XDG Base Directory Specification).</summary>
    public static string Default
    {
        get
        {
            if (Environment.IsPrivilegedProcess)
            {
                return "/var/lib/sfc";
            }

            string? state = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
            return Path.IsPathRooted(state)
                ? Path.Combine(state, "sfc")
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state", "sfc");
        }
    }

    /// <summary>The store in a directory, or null for <see cref="InMemory"/>.</summary>
    public static SqliteStateStore? Open(string directory) => directory == InMemory ? null : SqliteStateStore.Open(directory);
}
