using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace NetworkingSfc.Control.Drivers.OpenVswitch;

/// <summary>One flow of a bridge.</summary>
/// <param name="Table">Table, 0 to 253.</param>
/// <param name="Priority">Priority, 0 to 65535; the highest that matches wins.</param>
/// <param name="Match">What it matches, as ovs-ofctl reads it; "" matches everything.</param>
/// <param name="Actions">What it does, as ovs-ofctl reads it, for OpenFlow 1.5.</param>
public sealed record FlowEntry(int Table, int Priority, string Match, string Actions)
{
    /// <summary>The bits of <see cref="Cookie"/> that say whose a flow is.</summary>
    public const ulong CookieMask = 0xffff_0000_0000_0000;

    /// <summary>What those bits are in flows of ours.</summary>
    public const ulong CookieMark = 0x5fc1_0000_0000_0000;

    /// <summary>
    /// Whose the flow is, and in the low 48 bits a hash of all that it says: a bridge that holds the cookie in the table
    /// holds the flow, so the difference to what a bridge holds needs no reading of matches and actions.
    /// </summary>
    public ulong Cookie => CookieMark | (Hash() & ~CookieMask);

    /// <summary>The flow as a line for ovs-ofctl.</summary>
    public override string ToString()
    {
        string match = Match.Length == 0 ? "" : Match + ",";
        return string.Create(CultureInfo.InvariantCulture, $"cookie=0x{Cookie:x},table={Table},priority={Priority},{match}actions={Actions}");
    }

    private ulong Hash()
    {
        string said = string.Create(CultureInfo.InvariantCulture, $"{Table},{Priority},{Match},{Actions}");
        return BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(said)));
    }
}
