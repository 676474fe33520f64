using System.Collections.Immutable;
using System.CommandLine;
using NetworkingSfc.Control.Configuration;

namespace NetworkingSfc.Control.Tests.Configuration;

public sealed class ConfigurationFileTests
{
    private static readonly Option<int> _workers = new("--workers");
    private static readonly Option<string> _socket = new("--socket");
    private static readonly Option<bool> _insecure = new("--insecure");
    private static readonly Option<string[]> _driver = new("--driver");
    private static readonly Command _forward = new("forward") { _workers, _socket };
    private static readonly Command _control = WithCheck(new Command("control") { _insecure, _driver, _socket });
    private static readonly ImmutableDictionary<string, Command?> _roles =
        ImmutableDictionary<string, Command?>.Empty.Add("forward", _forward).Add("control", _control).Add("other", null);

    [Fact]
    public void Settings_are_the_options_of_their_section()
    {
        ConfigurationFile file = Parse("""
            # a comment
            [forward]
            workers = 3
            socket = "/run/a b=c.sock"   # with what would end an option
            [control]
            insecure = true
            driver = ["forwarder", "dummy"]
            """);

        Assert.Empty(file.Problems);
        ParseResult forward = Effective(file, _forward);
        Assert.Equal(3, forward.GetValue(_workers));
        Assert.Equal("/run/a b=c.sock", forward.GetValue(_socket));
        ParseResult control = Effective(file, _control);
        Assert.True(control.GetValue(_insecure));
        Assert.Equal(["forwarder", "dummy"], control.GetValue(_driver)!);
    }

    [Fact]
    public void What_the_command_line_says_goes_before_the_file()
    {
        ConfigurationFile file = Parse("[forward]\nworkers = 3\nsocket = \"/run/a\"\n");

        ParseResult forward = Effective(file, _forward, "--workers", "5");

        Assert.Equal(5, forward.GetValue(_workers));
        Assert.Equal("/run/a", forward.GetValue(_socket));
    }

    [Fact]
    public void A_command_that_is_no_role_takes_all_sections()
    {
        Command both = new("both") { new Option<int>("--workers"), new Option<bool>("--insecure") };
        Assert.Equal(["--workers=3", "--insecure=true"], Parse("[forward]\nworkers = 3\nsocket = \"s\"\n[control]\ninsecure = true\n").OptionsFor(both.Parse([])));
    }

    [Fact]
    public void False_is_a_value_and_not_the_flag() =>
        Assert.False(Effective(Parse("[control]\ninsecure = false\n"), _control).GetValue(_insecure));

    [Theory]
    [InlineData("workers = 3\n", 1, "no section")]
    [InlineData("\n[forward]\nworkers = \n", 3, "not TOML")]
    [InlineData("[forward]\nworkers = \"many\"\n", 2, "many")]
    [InlineData("[forward]\n\n\nworker = 2\n", 4, "Accepted are workers, socket")]
    [InlineData("[forward]\nworkers = 2\nworkers = 3\n", 3, "not TOML")]
    [InlineData("[forwarder]\n", 1, "Accepted are [control], [forward], [other] and [[port]]")]
    [InlineData("[[forward]]\n", 1, "no section 'forward' in this form")]
    [InlineData("[forward]\nsocket = 2026-11-23\n", 2, "a kind that no setting has")]
    [InlineData("[forward]\nsocket = [[\"a\"]]\n", 2, "a kind that no setting has")]
    [InlineData("[control]\nsocket = \"x\"\ninsecure = true\n", 2, "not both")]
    [InlineData("\n[[port]]\nkind = \"memory\"\n", 2, "needs the setting 'port'")]
    [InlineData("[[port]]\nport = \"p\"\n", 1, "needs the setting 'kind'")]
    [InlineData("[[port]]\nport = \"p\"\nkind = \"carrier-pigeon\"\n", 1, "no port of kind 'carrier-pigeon'")]
    [InlineData("[[port]]\nport = \"p\"\nkind = \"memory\"\nwings = 2\n", 1, "no setting 'wings'")]
    [InlineData("[[port]]\nport = \"p\"\nkind = \"memory\"\nvlan = 4095\n", 1, "1 to 4094")]
    [InlineData("[control]\nsocket = []\n", 2, "empty list")]
    [InlineData("[control]\ndriver = []\n", 2, "empty list")]
    [InlineData("[[port]]\nport = \"p\"\nkind = \"memory\"\nqueues = \"many\"\n", 1, "'queues' of a memory port is 'many'")]
    [InlineData("[[port]]\nport = \"p\"\nkind = \"pcap-file\"\n", 1, "neither 'input' nor 'output'")]
    [InlineData("[[port]]\nport = \"p\"\nkind = \"libpcap\"\ninterface = \"e\"\nsnaplen = 1\n", 1, "whole numbers from 64")]
    [InlineData("[[port]]\nport = \"p\"\nkind = \"af-packet\"\ninterface = \"\"\n", 1, "at least one character")]
    [InlineData("[[port]]\nport = \"p\"\nkind = \"tap\"\ninterface = \"e\"\nmtu = 67\n", 1, "whole numbers from 68")]
    [InlineData("[[port]]\nport = \"p\"\nkind = \"af-xdp\"\ninterface = \"nosuch\"\nring_size = 100\n", 1, "powers of two")]
    [InlineData("[[port]]\nport = \"p\"\nkind = \"memif\"\nsocket = \"s\\u0000\"\nrole = \"server\"\n", 1, "zero character")]
    [InlineData("[[port]]\nport = \"p\"\nkind = \"vhost-user\"\nsocket = \"s\"\nmode = \"guest\"\n", 1, "client, server")]
    [InlineData("[[port]]\nport = \"p\"\nkind = [\"memory\"]\n", 3, "text and numbers")]
    [InlineData("[[port]]\nport = \"p\"\nkind = \"memory\"\n[[port]]\nport = \"p\"\nkind = \"memory\"\n", 4, "attached twice")]
    public void What_cannot_be_used_is_named_with_its_line(string text, int line, string reason)
    {
        ConfigurationProblem problem = Assert.Single(Parse(text).Problems);
        Assert.Equal(line, problem.Line);
        Assert.Contains(reason, problem.Message, StringComparison.Ordinal);
        Assert.Contains("Accepted", problem.Message + (reason is "many" or "not both" ? "Accepted" : ""), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_section_for_another_role_is_not_looked_at() => Assert.Empty(Parse("[other]\nanything = 1979-05-27\n").Problems);

    [Fact]
    public void Ports_of_interfaces_and_sockets_that_are_not_here_yet_can_be_used() => Assert.Empty(Parse("""
        [[port]]
        port = "a"
        kind = "af-xdp"
        interface = "nosuch"
        queues = 2
        [[port]]
        port = "b"
        kind = "memif"
        socket = "/nosuch/socket"
        role = "client"
        [[port]]
        port = "c"
        kind = "pcap-file"
        input = "/nosuch/file"
        """).Problems);

    [Fact]
    public void All_problems_are_named() => Assert.Equal([2, 3, 4], Parse("[forward]\na = 1\nb = 2\nworkers = \"x\"\n").Problems.Select(problem => problem.Line));

    [Fact]
    public void Ports_are_attached_with_the_settings_of_their_kind()
    {
        ConfigurationFile file = Parse("""
            [[port]]
            port = "left"
            kind = "memory"
            frames = 64
            vlan = 7
            [[port]]
            port = "right"
            kind = "memory"
            """);

        Assert.Empty(file.Problems);
        Assert.Equal(["left memory frames=64 7", "right memory 0"], file.Ports.Select(port => $"{port.Port} {port.Device} {port.VlanId}"));
    }

    private static ConfigurationFile Parse(string text) => ConfigurationFile.Parse(text, _roles);

    private static ParseResult Effective(ConfigurationFile file, Command role, params string[] arguments)
    {
        ParseResult given = role.Parse(arguments);
        ParseResult effective = role.Parse([.. file.OptionsFor(given), .. arguments]);
        Assert.Empty(effective.Errors);
        return effective;
    }

    private static Command WithCheck(Command control)
    {
        control.Validators.Add(result =>
        {
            if (result.GetResult(_insecure) is not null && result.GetResult(_socket) is not null)
            {
                result.AddError("socket and insecure: not both.");
            }
        });
        return control;
    }
}
