using System.Diagnostics;
using System.Globalization;
using NetworkingSfc.Sfc.Client;

namespace NetworkingSfc.Sfc.Verify;

/// <summary>
/// A real Open vSwitch that belongs to this object: its own ovsdb-server and ovs-vswitchd over a folder of their own, with the
/// userspace datapath and ports that lead nowhere. It needs no kernel module and no root, sends nothing to any interface and
/// knows nothing of an Open vSwitch of the host. It ends, and its folder goes, with <see cref="Dispose"/> and also when this
/// program is killed.
/// </summary>
internal sealed class PrivateSwitch : IDisposable
{
    private const string Schema = "/usr/share/openvswitch/vswitch.ovsschema";

    // A port drops what is longer; what may not be sent is for the flows to say.
    private const int MtuBytes = 65_535;

    // The two daemons live as long as somebody holds the shell's standard input open. Signals of the terminal are for us: we
    // end, and with us the input. Messages go to the files, nothing to the system's log. Daemons that ended by themselves are
    // no news to the shell: who talks to them has noticed.
    private const string Script = """
        set -e
        trap '' INT TERM HUP
        cd "$1"
        quiet='-vconsole:off -vsyslog:off'
        ovsdb-tool create conf.db "$2"
        ovsdb-server $quiet conf.db --remote=punix:"$1"/db.sock --unixctl="$1"/db.ctl --log-file="$1"/db.log </dev/null & database=$!
        until [ -S db.sock ]; do kill -0 $database 2>/dev/null; sleep 0.01; done
        ovs-vswitchd $quiet unix:"$1"/db.sock --enable-dummy=override --disable-system --disable-system-route --unixctl="$1"/switch.ctl --log-file="$1"/switch.log </dev/null & switch=$!
        read -r line || true
        kill -KILL $switch $database 2>/dev/null || true
        wait
        cd /
        rm -rf -- "$1"
        """;

    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(20);
    private static readonly string[] _programs = ["ovsdb-tool", "ovsdb-server", "ovs-vswitchd", "ovs-vsctl", "ovs-ofctl"];

    // Where Debian puts them; a user's PATH has no sbin.
    private static readonly string _path = "/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/openvswitch-switch";

    private readonly Process _shell;

    private PrivateSwitch(string folder, Process shell)
    {
        Folder = folder;
        _shell = shell;
    }

    /// <summary>What is not installed and where it would come from; null when everything is there.</summary>
    public static string? Missing =>
        Array.Find(_programs, program => !Array.Exists(_path.Split(':'), folder => File.Exists(Path.Combine(folder, program)))) is string program
            ? $"the program {program} of Open vSwitch is not installed (Debian package openvswitch-switch)"
            : File.Exists(Schema) ? null : $"the file {Schema} of Open vSwitch is not there (Debian package openvswitch-common)";

    /// <summary>The folder of its sockets, logs and captures.</summary>
    public string Folder { get; }

    /// <summary>The socket where ovs-vswitchd takes commands, as ovs-appctl gives them.</summary>
    public string ControlSocket => Path.Combine(Folder, "switch.ctl");

    /// <summary>Starts one; it has no bridge yet.</summary>
    /// <exception cref="CommandFailure">Open vSwitch is not installed or does not start.</exception>
    public static PrivateSwitch Start()
    {
        if (Missing is string missing)
        {
            throw new CommandFailure(missing);
        }

        string folder = Directory.CreateTempSubdirectory("sfc-ovs-").FullName;
        ProcessStartInfo start = new("/bin/sh", ["-c", Script, "sh", folder, Schema]) { RedirectStandardInput = true };
        SetEnvironment(start, folder);
        PrivateSwitch started = new(folder, Process.Start(start)!);
        try
        {
            started.Await(() => File.Exists(started.ControlSocket));
            return started;
        }
        catch
        {
            started.Dispose();
            throw;
        }
    }

    /// <summary>Adds a bridge that drops what no flow takes, and waits until it is there.</summary>
    /// <param name="bridge">Its name.</param>
    /// <param name="ports">Its ports.</param>
    public void AddBridge(string bridge, IEnumerable<SwitchPort> ports) => Configure(
    [
        "add-br", bridge,
        "--", "set", "bridge", bridge, "datapath_type=dummy", "fail_mode=secure",
        .. ports.SelectMany(port => AddPort(bridge, port)),
    ]);

    /// <summary>Removes a bridge with its ports.</summary>
    /// <param name="bridge">Its name.</param>
    public void RemoveBridge(string bridge) => Configure("del-br", bridge);

    /// <summary>Runs ovs-vsctl on its database and waits until ovs-vswitchd has done what was asked.</summary>
    /// <param name="arguments">What follows the program's general options.</param>
    /// <returns>What it printed.</returns>
    /// <exception cref="CommandFailure">It refused, or took too long.</exception>
    public string Configure(params IReadOnlyList<string> arguments) => Run("ovs-vsctl", [$"--db=unix:{Folder}/db.sock", "--no-syslog", .. arguments]);

    /// <summary>Runs ovs-ofctl on one of its bridges.</summary>
    /// <param name="bridge">The bridge.</param>
    /// <param name="command">The command, such as add-flows.</param>
    /// <param name="arguments">What follows the bridge.</param>
    /// <returns>What it printed.</returns>
    /// <exception cref="CommandFailure">It refused, or took too long.</exception>
    public string OpenFlow(string bridge, string command, params IReadOnlyList<string> arguments) =>
        Run("ovs-ofctl", ["-O", "OpenFlow15", command, $"unix:{Folder}/{bridge}.mgmt", .. arguments]);

    /// <summary>The classic pcap in which the switch writes what it sends out of a port.</summary>
    /// <param name="port">Name of the port.</param>
    public string SentBy(string port) => Path.Combine(Folder, port + ".pcap");

    public void Dispose()
    {
        try
        {
            _shell.StandardInput.Close();
        }
        catch (IOException)
        {
            // The shell has ended already.
        }

        if (!_shell.WaitForExit(_limit))
        {
            _shell.Kill(entireProcessTree: true);
        }

        _shell.Dispose();
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    private static void SetEnvironment(ProcessStartInfo start, string folder)
    {
        start.Environment["PATH"] = _path;
        foreach (string name in new[] { "OVS_RUNDIR", "OVS_LOGDIR", "OVS_DBDIR", "OVS_SYSCONFDIR" })
        {
            start.Environment[name] = folder;
        }
    }

    private IEnumerable<string> AddPort(string bridge, SwitchPort port) =>
    [
        "--", "add-port", bridge, port.Name, .. port.Settings,
        "--", "set", "interface", port.Name, "type=dummy",
        string.Create(CultureInfo.InvariantCulture, $"ofport_request={port.Number}"), $"mtu_request={MtuBytes}", $"options:tx_pcap={SentBy(port.Name)}",
    ];

    private string Run(string program, IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(program, [$"--timeout={_limit.TotalSeconds:F0}", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        SetEnvironment(start, Folder);
        start.FileName = Array.Find(_path.Split(':'), folder => File.Exists(Path.Combine(folder, program))) + "/" + program;
        using Process process = Process.Start(start)!;
        Task<string> text = process.StandardOutput.ReadToEndAsync();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? text.GetAwaiter().GetResult()
            : throw new CommandFailure($"{program} {string.Join(' ', start.ArgumentList)} ended with status {process.ExitCode}: {error.Trim()}");
    }

    private void Await(Func<bool> isThere)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (!isThere())
        {
            if (_shell.HasExited || waited.Elapsed > _limit)
            {
                throw new CommandFailure($"Open vSwitch did not start within {_limit.TotalSeconds:F0} s.");
            }

            Thread.Sleep(TimeSpan.FromMilliseconds(5));
        }
    }
}

/// <summary>A port of a bridge, which leads nowhere.</summary>
/// <param name="Name">Its name on the switch, of at most 15 characters.</param>
/// <param name="Number">Its OpenFlow number, 1 to 65279.</param>
/// <param name="Settings">Columns of its Port row, such as "tag=1".</param>
internal sealed record SwitchPort(string Name, int Number, params IReadOnlyList<string> Settings);
