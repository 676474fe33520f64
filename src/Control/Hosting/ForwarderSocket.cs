namespace NetworkingSfc.Control.Hosting;

/// <summary>Where the two roles meet unless they are told.</summary>
internal static class ForwarderSocket
{
    /// <summary><see cref="Default"/> in words.</summary>
    public const string DefaultText = "/run/sfc/forward.sock for root, else sfc/forward.sock in $XDG_RUNTIME_DIR or in the temporary directory";

    /// <summary>The socket when none is named (XDG Base Directory Specification).</summary>
    public static string Default
    {
        get
        {
            string? run = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
            return Path.Combine(Environment.IsPrivilegedProcess ? "/run" : Path.IsPathRooted(run) ? run : Path.GetTempPath(), "sfc", "forward.sock");
        }
    }
}
