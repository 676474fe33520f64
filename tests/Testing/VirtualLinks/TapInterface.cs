using System.Security.Cryptography;

namespace NetworkingSfc.Testing.VirtualLinks;

/// <summary>
/// A TAP interface that is there before and after somebody uses it, under a name nobody else uses: up, without any address, and silent because
/// IPv6 is off on it. Removed when disposed.
/// </summary>
public sealed class TapInterface : IVirtualLink
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    private readonly bool _hasSeveralQueues;

    private TapInterface(string name, bool hasSeveralQueues) => (Name, _hasSeveralQueues) = (name, hasSeveralQueues);

    /// <summary>Name of the interface.</summary>
    public string Name { get; }

    string IVirtualLink.PortName => Name;

    string IVirtualLink.PeerName => Name;

    /// <summary>A name that no interface has.</summary>
    public static string FreeName() => $"sfc{RandomNumberGenerator.GetHexString(8, lowercase: true)}";

    /// <summary>Makes one.</summary>
    public static TapInterface Create(bool hasSeveralQueues = false)
    {
        TapInterface tap = new(FreeName(), hasSeveralQueues);
        tap.Make();
        return tap;
    }

    /// <summary>Makes the interface anew under the same name after <see cref="Remove"/>.</summary>
    public void Make()
    {
        LinkCommand.Run("ip", ["tuntap", "add", "dev", Name, "mode", "tap", .. _hasSeveralQueues ? (string[])["multi_queue"] : []]);
        LinkCommand.Silence(Name);
        SetUp();
    }

    /// <summary>Waits until the interface sends and receives; it does not as long as nobody has it open.</summary>
    public void WaitUntilUp()
    {
        bool isUp = SpinWait.SpinUntil(
            () => File.ReadAllText($"/sys/class/net/{Name}/carrier").StartsWith('1')
                && !File.ReadAllText($"/sys/class/net/{Name}/operstate").StartsWith("down", StringComparison.Ordinal),
            _patience);
        if (!isUp)
        {
            throw new InvalidOperationException($"{Name} did not come up within {_patience}.");
        }
    }

    /// <summary>Sets the interface down.</summary>
    public void SetDown() => LinkCommand.Run("ip", "link", "set", Name, "down");

    /// <summary>Sets the interface up.</summary>
    public void SetUp() => LinkCommand.Run("ip", "link", "set", Name, "up");

    /// <summary>Takes the interface away while others use it.</summary>
    public void Remove() => Remove(Name);

    /// <summary>Takes an interface away while others use it.</summary>
    public static void Remove(string name) => LinkCommand.Run("ip", "link", "del", name);

    /// <summary>Removes the interface, if it is still there.</summary>
    public void Dispose() => _ = LinkCommand.TryRun("ip", "link", "del", Name);
}
