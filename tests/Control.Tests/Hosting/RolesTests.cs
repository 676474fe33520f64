using System.Diagnostics;
using System.Text.Json.Nodes;

namespace NetworkingSfc.Control.Tests.Hosting;

/// <summary>The two roles as processes of their own, which are killed and started again.</summary>
public sealed class RolesTests : IDisposable
{
    private const string State = """
        {"revision": 50, "networks": [{"name": "n"}],
         "ports": [{"name": "s", "network_id": "n"}, {"name": "f", "network_id": "n", "device_id": "f"}],
         "port_pairs": [{"name": "p", "ingress": "f", "egress": "f"}], "port_pair_groups": [{"name": "g", "port_pairs": ["p"]}],
         "flow_classifiers": [{"name": "c", "logical_source_port": "s", "ethertype": "IPv4"}],
         "port_chains": [{"name": "c", "port_pair_groups": ["g"], "flow_classifiers": ["c"]}]}
        """;

    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    private readonly RoleProcesses _roles = new();

    public void Dispose() => _roles.Dispose();

    [Fact]
    public async Task The_forward_role_outlives_the_control_role_which_comes_back_and_sends_nothing()
    {
        using ServerProcess forward = await _roles.ForwardAsync();
        Assert.Equal($"Forwarding generation 0, orders at unix:{_roles.SocketPath}", forward.Ready);
        using (ServerProcess control = await _roles.ControlAsync())
        {
            await RoleProcesses.PutAsync(control, JsonNode.Parse(State)!);
            await control.SignalAsync("KILL");
            TimeSpan noticed = await forward.SaysAsync($"The control process {control.Id} is gone; generation 50 goes on.");
            Assert.InRange(noticed, TimeSpan.Zero, _second);
            await control.EndAsync();
        }

        using ServerProcess again = await _roles.ControlAsync();
        await again.SaysAsync("The forwarder holds what is wanted, as its generation 50: nothing is sent.");
        await RoleProcesses.StatusAsync(again, "ACTIVE");
        await again.SignalAsync("TERM");
        Assert.Equal(0, (await again.EndAsync()).Status);
        await forward.SaysAsync($"The control process {again.Id} is gone");
        await forward.SignalAsync("TERM");
        Assert.Equal((0, ""), ((await forward.EndAsync()) is var (status, output, _) ? (status, output) : default));
        Assert.False(File.Exists(_roles.SocketPath));
    }

    [Fact]
    public async Task The_forward_role_starts_from_its_last_snapshot_within_a_second_without_the_control_role()
    {
        using (ServerProcess forward = await _roles.ForwardAsync())
        using (ServerProcess control = await _roles.ControlAsync())
        {
            await RoleProcesses.PutAsync(control, JsonNode.Parse(State)!);
            await RoleProcesses.StatusAsync(control, "ACTIVE");
            await Task.Delay(_second / 2, TestContext.Current.CancellationToken);
            await RoleProcesses.KillAsync(forward);
            Assert.InRange(await control.SaysAsync("has been away since"), TimeSpan.Zero, _second);
            JsonNode status = await RoleProcesses.StatusAsync(control, "ERROR");
            Assert.Contains(_roles.SocketPath, (string?)status["reason"], StringComparison.Ordinal);
            await RoleProcesses.KillAsync(control);
        }

        // Best of three: other processes of this machine take their time too.
        TimeSpan fastest = TimeSpan.MaxValue;
        for (int start = 0; start < 3; start++)
        {
            Stopwatch clock = Stopwatch.StartNew();
            using ServerProcess forward = await _roles.ForwardAsync();
            fastest = clock.Elapsed < fastest ? clock.Elapsed : fastest;
            Assert.StartsWith("Forwarding generation 50,", forward.Ready, StringComparison.Ordinal);
            await RoleProcesses.KillAsync(forward);
        }

        TestContext.Current.SendDiagnosticMessage("Forwarding again {0} ms after the start", fastest.TotalMilliseconds);
        Assert.InRange(fastest, TimeSpan.Zero, _second);
    }

    [Fact]
    public async Task A_control_process_that_stands_still_is_noticed_and_takes_up_again()
    {
        using ServerProcess forward = await _roles.ForwardAsync();
        using ServerProcess control = await _roles.ControlAsync();
        await RoleProcesses.PutAsync(control, JsonNode.Parse(State)!);
        await control.SignalAsync("STOP");
        TimeSpan noticed = await forward.SaysAsync("silent for");
        Assert.InRange(noticed, TimeSpan.Zero, 2 * _second);
        await control.SignalAsync("CONT");
        await control.SaysAsync("nothing is sent");
        await RoleProcesses.StatusAsync(control, "ACTIVE");
    }

    [Fact]
    public async Task The_forward_role_loads_neither_the_web_server_nor_the_store()
    {
        using ServerProcess control = await _roles.ControlAsync();
        using ServerProcess forward = await _roles.ForwardAsync();
        await RoleProcesses.PutAsync(control, JsonNode.Parse(State)!);
        await RoleProcesses.StatusAsync(control, "ACTIVE");
        string[] loaded = [.. ModulesOf(forward.Id)];
        Assert.Contains(loaded, module => module.StartsWith("NetworkingSfc.Dataplane", StringComparison.Ordinal));
        Assert.DoesNotContain(loaded, module => module.Contains("AspNetCore", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(loaded, module => module.StartsWith("Microsoft.Extensions.", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(loaded, module => module.Contains("sqlite", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(loaded, module => module.Contains("System.Text.Json", StringComparison.OrdinalIgnoreCase));
        Assert.Contains(ModulesOf(control.Id), module => module.Contains("AspNetCore", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_second_forwarder_on_the_socket_is_refused()
    {
        using ServerProcess first = await _roles.ForwardAsync();
        (int status, string output, string error) = await ServerProcess.RunAsync("forward", "--socket", _roles.SocketPath, "--state-dir", Path.GetTempPath());
        Assert.Equal((1, ""), (status, output));
        Assert.Contains("another server listens there", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("forward --workers 0", "from 1 to 64")]
    [InlineData("forward --nosuch", "--state-dir")]
    [InlineData("control --nosuch", "--forwarder-socket")]
    public async Task Wrong_usage_is_told_what_is_accepted(string arguments, string accepted)
    {
        (int status, string output, string error) = await ServerProcess.RunAsync(arguments.Split(' '));
        Assert.Equal((2, ""), (status, output));
        Assert.Contains("Accepted", error, StringComparison.Ordinal);
        Assert.Contains(accepted, error, StringComparison.Ordinal);
    }

    // Assemblies are mapped files.
    private static IEnumerable<string> ModulesOf(int process) => File.ReadLines($"/proc/{process}/maps")
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(fields => fields.Length > 5)
        .Select(fields => Path.GetFileName(fields[5]))
        .Distinct();
}
