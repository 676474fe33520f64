using System.Diagnostics;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.VirtualLinks;

namespace NetworkingSfc.Control.Tests.RealFunctions;

/// <summary>An Open vSwitch in a network namespace, with the userspace datapath and one bridge that switches as MAC addresses tell.</summary>
internal sealed class AdjacentSwitch : IDisposable
{
    private const string Schema = "/usr/share/openvswitch/vswitch.ovsschema";
    private const string Bridge = "br0";
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    private readonly NetworkNamespace _where;
    private readonly TemporaryFolder _folder = new();
    private readonly Process _database;
    private Process _switch;

    /// <summary>Starts it.</summary>
    /// <param name="where">Its namespace, with its interfaces.</param>
    /// <param name="ports">The interfaces, each with the VLAN id that it is an access port of; null for a trunk of all.</param>
    public AdjacentSwitch(NetworkNamespace where, params (string Interface, int? VlanId)[] ports)
    {
        _where = where;
        where.Read("ovsdb-tool", "create", _folder.File("conf.db"), Schema);
        _database = Start("ovsdb-server", _folder.File("conf.db"), $"--remote=punix:{Database}", $"--unixctl={_folder.File("database.ctl")}");
        Await(Database);
        _switch = StartSwitch();
        string[] added = [.. ports.SelectMany(port => (string[])["--", "add-port", Bridge, port.Interface, .. port.VlanId is { } vlanId ? (string[])[$"tag={vlanId}"] : []])];
        where.Read("ovs-vsctl", [$"--db=unix:{Database}", $"--timeout={_patience.TotalSeconds}", "add-br", Bridge, "--", "set", "bridge", Bridge, "datapath_type=netdev", .. added]);
    }

    /// <summary>Why there can be none, for the reason of a skipped test; or null.</summary>
    public static string? Unavailable => NetworkNamespace.Unavailable ?? (File.Exists(Schema) ? null : "Open vSwitch is not installed (Debian package openvswitch-switch; tools/test installs it)");

    private string Database => _folder.File("db.sock");

    /// <summary>kill -9.</summary>
    public void Kill() => End(_switch);

    /// <summary>Starts it again after <see cref="Kill"/>; its database has lived on.</summary>
    public void Restart() => _switch = StartSwitch();

    public void Dispose()
    {
        End(_switch);
        End(_database);
        _folder.Dispose();
    }

    private static void End(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }

        process.Dispose();
    }

    private static void Await(string path) =>
        Assert.True(SpinWait.SpinUntil(() => File.Exists(path), _patience), $"Open vSwitch has not made {Path.GetFileName(path)}.");

    private Process StartSwitch()
    {
        string control = _folder.File("switch.ctl");
        File.Delete(control);
        Process started = Start("ovs-vswitchd", $"unix:{Database}", "--disable-system", "--disable-system-route", $"--unixctl={control}");
        Await(control);
        return started;
    }

    private Process Start(string program, params string[] arguments) => _where.Start(
        "env", [$"OVS_RUNDIR={_folder.Path}", $"OVS_LOGDIR={_folder.Path}", program, "-vconsole:off", "-vsyslog:off", $"--log-file={_folder.File($"{program}.log")}", .. arguments]);
}
