namespace NetworkingSfc.Testing;

/// <summary>Finds files of the checkout, and the shared test material that may stand beside it.</summary>
public static class Repository
{
    /// <summary>Full path of the folder that holds <c>NetworkingSfc.Dataplane.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Full path of <c>tests/data</c>.</summary>
    public static string Data => Path.Combine(Root, "tests", "data");

    /// <summary>Full path of the shared folder beside the checkout. It need not exist: see <see cref="HasShared"/>.</summary>
    public static string Shared { get; } = Path.GetFullPath(Path.Combine(Root, "..", "shared"));

    /// <summary>True when the shared material is there. Tests that read it are skipped by name where it is not.</summary>
    public static bool HasShared => Directory.Exists(Shared);

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "NetworkingSfc.Dataplane.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException(
            $"No folder above {AppContext.BaseDirectory} holds NetworkingSfc.Dataplane.sln: run the tests from a checkout.");
    }
}
