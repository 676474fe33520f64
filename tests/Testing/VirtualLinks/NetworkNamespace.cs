using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using NetworkingSfc.Testing.Interop;

namespace NetworkingSfc.Testing.VirtualLinks;

/// <summary>A network namespace of its own under a name nobody else uses. Removed when disposed, with the interfaces in it.</summary>
public sealed class NetworkNamespace : IDisposable
{
    private static readonly Lazy<string?> _unavailable = new(FindObstacle);

    private NetworkNamespace(string name) => Name = name;

    /// <summary>Why this process cannot make one, for the reason of a skipped test; or null.</summary>
    public static string? Unavailable => _unavailable.Value;

    /// <summary>Its name, as <c>ip netns</c> shows it.</summary>
    public string Name { get; }

    /// <summary>Makes one.</summary>
    public static NetworkNamespace Create()
    {
        NetworkNamespace made = new($"sfc{RandomNumberGenerator.GetHexString(8, lowercase: true)}");
        LinkCommand.Run("ip", "netns", "add", made.Name);
        return made;
    }

    /// <summary>Moves an interface of this process's namespace here, gives it addresses and sets it up.</summary>
    /// <param name="interfaceName">The interface.</param>
    /// <param name="addresses">Each with its prefix length.</param>
    public void Take(string interfaceName, params string[] addresses)
    {
        LinkCommand.Run("ip", "link", "set", interfaceName, "netns", Name);
        foreach (string address in addresses)
        {
            // Without waiting for somebody else to claim the address (nodad), which IPv4 does not know.
            string[] patience = address.Contains(':', StringComparison.Ordinal) ? ["nodad"] : [];
            LinkCommand.Run("ip", ["-n", Name, "addr", "add", address, "dev", interfaceName, .. patience]);
        }

        LinkCommand.Run("ip", "-n", Name, "link", "set", interfaceName, "up");
    }

    /// <summary>Runs code on a thread that is in this namespace. Sockets made there stay in it.</summary>
    public T Run<T>(Func<T> code)
    {
        T? result = default;
        ExceptionDispatchInfo? failure = null;

        // The thread ends with the code, so no other code gets to run in the namespace.
        Thread thread = new(() =>
        {
            try
            {
                using SafeFileHandle file = File.OpenHandle($"/run/netns/{Name}");
                if (LibC.EnterNamespace(file, LibC.NetworkNamespace) != 0)
                {
                    throw new InvalidOperationException($"setns: {Marshal.GetLastPInvokeErrorMessage()}");
                }

                result = code();
            }
            catch (Exception caught)
            {
                failure = ExceptionDispatchInfo.Capture(caught);
            }
        })
        { IsBackground = true };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;
    }

    /// <summary>Runs a program here; gives what it wrote.</summary>
    /// <exception cref="InvalidOperationException">It failed; with what it said.</exception>
    public string Read(string command, params string[] arguments) => LinkCommand.Read("ip", ["netns", "exec", Name, command, .. arguments]);

    /// <summary>Starts a program here that goes on; its output and errors are redirected. Dispose it before this.</summary>
    public Process Start(string command, params string[] arguments) =>
        Process.Start(new ProcessStartInfo("ip", ["netns", "exec", Name, command, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    public void Dispose() => _ = LinkCommand.TryRun("ip", "netns", "del", Name);

    private static string? FindObstacle()
    {
        NetworkNamespace probe = new($"sfc{RandomNumberGenerator.GetHexString(8, lowercase: true)}");
        string? failure = LinkCommand.TryRun("ip", "netns", "add", probe.Name);
        probe.Dispose();
        return failure is null ? null : $"no network namespace can be made here: {failure}";
    }
}
