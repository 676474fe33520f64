using System.Reflection;
using System.Runtime.Loader;

namespace NetworkingSfc.Control.Hosting;

/// <summary>
/// The files of this program, which an upgrade of the package replaces while the forward role runs on. What is loaded stays as it
/// was; what would be loaded later would be of another version, so all of it is loaded at once.
/// </summary>
internal static class ProgramFiles
{
    /// <summary>Loads everything that an assembly and those that are loaded already refer to. What cannot be loaded could not be later either.</summary>
    /// <param name="root">The assembly of what the process is there for.</param>
    public static void LoadAll(Assembly root)
    {
        HashSet<string> seen = [];
        Stack<Assembly> waiting = new([root, .. AssemblyLoadContext.Default.Assemblies.Where(assembly => assembly != Assembly.GetEntryAssembly())]);
        while (waiting.TryPop(out Assembly? assembly))
        {
            foreach (AssemblyName reference in assembly.GetReferencedAssemblies())
            {
                if (seen.Add(reference.Name!) && TryLoad(reference) is { } loaded)
                {
                    waiting.Push(loaded);
                }
            }
        }
    }

    private static Assembly? TryLoad(AssemblyName name)
    {
        try
        {
            return AssemblyLoadContext.Default.LoadFromAssemblyName(name);
        }
        catch (Exception missing) when (missing is FileNotFoundException or FileLoadException or BadImageFormatException)
        {
            return null;
        }
    }
}
