using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace NetworkingSfc.Control.Drivers.OpenVswitch;

/// <summary>
/// A bridge of a running Open vSwitch. Ours in it are the flows with the mark in their cookie, and the groups that those
/// flows refer to; nothing else is ever changed.
/// </summary>
/// <param name="programs">How to reach it.</param>
/// <param name="name">Its name.</param>
public sealed partial class OpenVswitchBridge(SwitchPrograms programs, string name)
{
    private static readonly string _mark = string.Create(CultureInfo.InvariantCulture, $"cookie=0x{FlowEntry.CookieMark:x}/0x{FlowEntry.CookieMask:x}");

    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>Which ports it has, by what Neutron and libvirt write beside an interface (<c>external_ids:iface-id</c>).</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="DriverException">There is no such bridge, or the database does not answer.</exception>
    public async Task<BridgeLayout> ReadLayoutAsync(CancellationToken cancellation)
    {
        HashSet<string> ofBridge = [.. (await programs.DatabaseAsync(["list-ports", name], cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        string interfaces = await programs.DatabaseAsync(["--format=json", "--columns=name,ofport,external_ids", "list", "Interface"], cancellation);
        using JsonDocument table = JsonDocument.Parse(interfaces);
        ImmutableDictionary<Guid, int>.Builder ports = ImmutableDictionary.CreateBuilder<Guid, int>();
        foreach (JsonElement row in table.RootElement.GetProperty("data").EnumerateArray())
        {
            // RFC 7047, section 5.1: a value that is missing is an empty set, and a port that could not be opened is -1.
            if (ofBridge.Contains(row[0].GetString()!)
                && row[1].ValueKind == JsonValueKind.Number && row[1].GetInt32() is > 0 and int number
                && PortIdIn(row[2]) is { } port)
            {
                ports[port] = number;
            }
        }

        return new BridgeLayout(ports.ToImmutable());
    }

    /// <summary>Number of flows of ours that it holds.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="DriverException">The bridge does not answer.</exception>
    public async Task<int> CountFlowsAsync(CancellationToken cancellation)
    {
        string answer = await programs.OpenFlowAsync(name, "dump-aggregate", [_mark], "", cancellation);
        Match count = FlowCount().Match(answer);
        return count.Success
            ? int.Parse(count.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
            : throw new DriverException($"Bridge {name} does not say how many flows it holds: {answer.Trim()}");
    }

    /// <summary>Makes it hold a program and nothing else of ours, in one transaction: frames see all of the change or nothing of it.</summary>
    /// <param name="program">The program.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="DriverException">The bridge does not answer or refuses; it holds what it held before.</exception>
    public async Task InstallAsync(OpenFlowProgram program, CancellationToken cancellation)
    {
        (HashSet<(int Table, ulong Cookie)> held, HashSet<uint> heldGroups) = ReadFlows(await programs.OpenFlowAsync(name, "dump-flows", ["--no-stats", _mark], "", cancellation));
        HashSet<uint> present = [.. GroupId().Matches(await programs.OpenFlowAsync(name, "dump-groups", [], "", cancellation))
            .Select(match => uint.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture))];

        // Groups of our own numbers are ours, also when somebody removed the flows before them.
        heldGroups.UnionWith(present.Where(GroupEntry.IsOurs));
        heldGroups.IntersectWith(present);
        RefuseForeignGroups(program, present, heldGroups);
        StringBuilder changes = new();
        HashSet<(int Table, ulong Cookie)> wanted = [.. program.Flows.Select(flow => (flow.Table, flow.Cookie))];
        foreach ((int table, ulong cookie) in held.Except(wanted))
        {
            changes.Append(CultureInfo.InvariantCulture, $"flow delete table={table},cookie=0x{cookie:x}/-1\n");
        }

        foreach (uint group in heldGroups.Except(program.Groups.Select(group => group.Id)))
        {
            changes.Append(CultureInfo.InvariantCulture, $"group delete group_id={group}\n");
        }

        foreach (GroupEntry group in program.Groups)
        {
            changes.Append(CultureInfo.InvariantCulture, $"group add_or_mod {group}\n");
        }

        foreach (FlowEntry flow in program.Flows.Where(flow => !held.Contains((flow.Table, flow.Cookie))))
        {
            changes.Append(CultureInfo.InvariantCulture, $"flow add {flow}\n");
        }

        if (changes.Length > 0)
        {
            await programs.OpenFlowAsync(name, "bundle", ["-"], changes.ToString(), cancellation);
        }
    }

    private void RefuseForeignGroups(OpenFlowProgram program, HashSet<uint> present, HashSet<uint> ours)
    {
        foreach (uint group in program.Groups.Select(group => group.Id).Where(group => present.Contains(group) && !ours.Contains(group)))
        {
            throw new DriverException(
                $"Bridge {name} has a group {group} that no flow of ours refers to, and the port pair group needs that number. Accepted is a bridge without it: ovs-ofctl del-groups {name} group_id={group}");
        }
    }

    private static (HashSet<(int Table, ulong Cookie)> Flows, HashSet<uint> Groups) ReadFlows(string dump)
    {
        HashSet<(int Table, ulong Cookie)> flows = [];
        HashSet<uint> groups = [];
        foreach (string line in dump.Split('\n'))
        {
            Match cookie = Cookie().Match(line);
            if (!cookie.Success)
            {
                continue;
            }

            // Table 0 is not mentioned.
            Match table = Table().Match(line);
            flows.Add((table.Success ? int.Parse(table.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0,
                ulong.Parse(cookie.Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
            groups.UnionWith(GroupAction().Matches(line).Select(match => uint.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)));
        }

        return (flows, groups);
    }

    private static Guid? PortIdIn(JsonElement map)
    {
        foreach (JsonElement pair in map[1].EnumerateArray())
        {
            if (pair[0].ValueEquals("iface-id") && Guid.TryParse(pair[1].GetString(), out Guid port))
            {
                return port;
            }
        }

        return null;
    }

    [GeneratedRegex(@"flow_count=(\d+)")]
    private static partial Regex FlowCount();

    [GeneratedRegex(@"^ *cookie=0x([0-9a-f]+),")]
    private static partial Regex Cookie();

    [GeneratedRegex(@" table=(\d+),")]
    private static partial Regex Table();

    [GeneratedRegex(@"\bgroup:(\d+)")]
    private static partial Regex GroupAction();

    [GeneratedRegex(@"group_id=(\d+)")]
    private static partial Regex GroupId();
}
