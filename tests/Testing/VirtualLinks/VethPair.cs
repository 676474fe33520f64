using System.Globalization;
using System.Security.Cryptography;

namespace NetworkingSfc.Testing.VirtualLinks;

/// <summary>
/// Two Ethernet interfaces with a wire between them, in this process's network namespace, under names nobody else uses:
/// both up, without any address, and silent because IPv6 is off on them. Removed when disposed.
/// </summary>
public sealed class VethPair : IVirtualLink
{
    private const int CapNetAdmin = 12;
    private const int CapNetRaw = 13;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    private static readonly Lazy<string?> _unavailable = new(FindObstacle);

    private readonly string[] _queues;

    private VethPair(string suffix, int? queues = null)
    {
        (First, Second) = ($"sfc{suffix}a", $"sfc{suffix}b");
        _queues = queues is null ? [] : ["numrxqueues", $"{queues}", "numtxqueues", $"{queues}"];
    }

    /// <summary>Why this process cannot make a pair, for the reason of a skipped test; or null.</summary>
    public static string? Unavailable => _unavailable.Value;

    /// <summary>Name of one end.</summary>
    public string First { get; }

    /// <summary>Name of the other end.</summary>
    public string Second { get; }

    string IVirtualLink.PortName => First;

    string IVirtualLink.PeerName => Second;

    /// <summary>Makes a pair.</summary>
    /// <param name="queues">Queues that both ends have each way; null for one.</param>
    /// <exception cref="InvalidOperationException">It cannot be made; see <see cref="Unavailable"/> before.</exception>
    public static VethPair Create(int? queues = null)
    {
        VethPair pair = new(RandomNumberGenerator.GetHexString(8, lowercase: true), queues);
        pair.Make();
        return pair;
    }

    /// <summary>Makes the pair anew under the same names after <see cref="Remove"/>; when this returns, frames pass both ways.</summary>
    public void Make()
    {
        LinkCommand.Run("ip", ["link", "add", First, .. _queues, "type", "veth", "peer", "name", Second, .. _queues]);
        try
        {
            foreach (string name in (string[])[First, Second])
            {
                LinkCommand.Silence(name);
                LinkCommand.Run("ip", "link", "set", name, "up");
            }

            WaitUntilUp();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Sets the first end down.</summary>
    public void SetDown() => LinkCommand.Run("ip", "link", "set", First, "down");

    /// <summary>Sets the first end up again; when this returns, frames pass both ways.</summary>
    public void SetUp()
    {
        LinkCommand.Run("ip", "link", "set", First, "up");
        WaitUntilUp();
    }

    /// <summary>
    /// Waits until frames pass both ways. The kernel tells an end that the other one is there with a delay of up to a second, and until
    /// then drops what is sent.
    /// </summary>
    public void WaitUntilUp()
    {
        bool isUp = SpinWait.SpinUntil(
            () => File.ReadAllText($"/sys/class/net/{First}/operstate").StartsWith("up", StringComparison.Ordinal)
                && File.ReadAllText($"/sys/class/net/{Second}/operstate").StartsWith("up", StringComparison.Ordinal),
            _patience);
        if (!isUp)
        {
            throw new InvalidOperationException($"{First} and {Second} did not come up within {_patience}.");
        }
    }

    /// <summary>Takes the pair away while others use it.</summary>
    public void Remove() => LinkCommand.Run("ip", "link", "del", First);

    /// <summary>Sets the MTU of both ends.</summary>
    public void SetMtu(int bytes)
    {
        foreach (string name in (string[])[First, Second])
        {
            LinkCommand.Run("ip", "link", "set", name, "mtu", $"{bytes}");
        }
    }

    /// <summary>Gives an end a queue that sends one kilobyte a second. False when this kernel or system has none.</summary>
    /// <param name="name">The end.</param>
    /// <param name="limitBytes">What the queue holds; more is thrown away.</param>
    public static bool TrySlowDown(string name, int limitBytes = 3_000) =>
        LinkCommand.TryRun("tc", ["qdisc", "add", "dev", name, "root", "tbf", "rate", "8kbit", "burst", "1600", "limit", $"{limitBytes}"]) is null;

    /// <summary>Takes that queue away again, with what it holds.</summary>
    public static void SpeedUp(string name) => LinkCommand.Run("tc", "qdisc", "del", "dev", name, "root");

    /// <summary>Sends what arrives at one interface out of another. False when this kernel or system cannot.</summary>
    public static bool TryRedirect(string from, string to) =>
        LinkCommand.TryRun("tc", ["qdisc", "add", "dev", from, "ingress"]) is null
        && LinkCommand.TryRun("tc", ["filter", "add", "dev", from, "ingress", "protocol", "all", "u32", "match", "u32", "0", "0", "action", "mirred", "egress", "redirect", "dev", to]) is null;

    /// <summary>What the system shows of the first end.</summary>
    public string Describe() => LinkCommand.Read("ip", "-details", "link", "show", First);

    /// <summary>Removes the pair, if it is still there.</summary>
    public void Dispose() => _ = LinkCommand.TryRun("ip", ["link", "del", First]);

    private static string? FindObstacle()
    {
        string? missing = FindMissingCapability();
        if (missing is not null)
        {
            return missing;
        }

        VethPair probe = new(RandomNumberGenerator.GetHexString(8, lowercase: true));
        string? failure = LinkCommand.TryRun("ip", ["link", "add", probe.First, "type", "veth", "peer", "name", probe.Second]);
        probe.Dispose();
        return failure is null ? null : $"no virtual link can be made here: {failure}";
    }

    private static string? FindMissingCapability()
    {
        const string Prefix = "CapEff:";
        if (!OperatingSystem.IsLinux())
        {
            return "virtual links need Linux";
        }

        string line = File.ReadLines("/proc/self/status").First(text => text.StartsWith(Prefix, StringComparison.Ordinal));
        ulong effective = ulong.Parse(line[Prefix.Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return (effective >> CapNetAdmin & effective >> CapNetRaw & 1) == 1
            ? null
            : "virtual links need root with the capabilities CAP_NET_ADMIN and CAP_NET_RAW";
    }
}
