using System.Globalization;
using System.Text.RegularExpressions;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.VirtualLinks;

namespace NetworkingSfc.Control.Tests.RealFunctions;

/// <summary>Network namespaces with what Linux has in them, each joined to ports of the forwarder by veth.</summary>
public sealed partial class LabNetwork : IDisposable
{
    private readonly Dictionary<string, VethPair> _links = [];
    private readonly List<NetworkNamespace> _namespaces = [];
    private readonly TemporaryFolder _folder = new();

    /// <summary>Names of the ports that there is a link for.</summary>
    public IEnumerable<string> Ports => _links.Keys;

    /// <summary>Makes a namespace without IPv6, in which nothing happens that no test asked for.</summary>
    public NetworkNamespace Add()
    {
        NetworkNamespace made = NetworkNamespace.Create();
        _namespaces.Add(made);
        Shell(made, "echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6; echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6; ip link set lo up");
        return made;
    }

    /// <summary>Makes a link and puts its second end into a namespace.</summary>
    /// <param name="port">Name of the port that the first end is for.</param>
    /// <param name="where">The namespace.</param>
    /// <param name="mac">Address of the second end, as its last two bytes; null for any.</param>
    /// <param name="addresses">Its IP addresses, each with its prefix length.</param>
    public void Join(string port, NetworkNamespace where, string? mac, params string[] addresses)
    {
        VethPair link = VethPair.Create();
        _links.Add(port, link);
        where.Take(link.Second, addresses);
        if (mac is not null)
        {
            SetAddress(where, link.Second, mac);
        }
    }

    /// <summary>The interface of a port.</summary>
    public string Outside(string port) => _links[port].First;

    /// <summary>The interface at the other end of its link.</summary>
    public string Inside(string port) => _links[port].Second;

    /// <summary>A path in a folder of this network.</summary>
    public string File(string name) => _folder.File(name);

    /// <summary>Has a namespace route between two interfaces.</summary>
    /// <param name="where">The namespace.</param>
    /// <param name="towardsClient">The interface that the client is behind.</param>
    /// <param name="client">Address of the client, with its prefix length.</param>
    /// <param name="rules">Of nftables.</param>
    public void MakeRouter(NetworkNamespace where, string towardsClient, string client, string rules)
    {
        string path = File($"{towardsClient}.nft");
        System.IO.File.WriteAllText(path, rules);
        Shell(where, $"echo 1 >/proc/sys/net/ipv4/ip_forward; ip route add {client} dev {towardsClient}; nft -f {path}");
    }

    /// <summary>Packets that a named counter of nftables has seen.</summary>
    public static long Count(NetworkNamespace where, string family, string table, string counter) =>
        long.Parse(Packets().Match(where.Read("nft", "list", "counter", family, table, counter)).Groups[1].Value, CultureInfo.InvariantCulture);

    /// <summary>Sets the address of an interface, of which the last two bytes are given.</summary>
    public static void SetAddress(NetworkNamespace where, string interfaceName, string mac) => Shell(where, $"ip link set {interfaceName} address 02:00:00:00:{mac}");

    /// <summary>Runs a script in a namespace.</summary>
    public static void Shell(NetworkNamespace where, string script) => where.Read("sh", "-ec", script);

    public void Dispose()
    {
        foreach (IDisposable made in (IEnumerable<IDisposable>)[.. _namespaces, .. _links.Values, _folder])
        {
            made.Dispose();
        }
    }

    [GeneratedRegex("packets ([0-9]+)")]
    private static partial Regex Packets();
}
