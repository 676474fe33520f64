using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Control.Drivers.OpenVswitch.Fixed;

/// <summary>Tables, priorities and registers of the fixed dialect.</summary>
/// <remarks>
/// Registers: 0 the rules that apply (0 not looked up yet, <see cref="NoRules"/> none); 1 path id and hop; 2 the member in
/// bits 0 to 15, bit 16 set when a header was opened that the next hop understands too; 3 the network; 4 to 6 TCP, UDP and
/// SCTP ports, 7 TTL (bits 0 to 7), traffic class (8 to 10), IP protocol (16 to 23) and MD type (24 to 27, bit 28 set), 8 to 11 and 12 to 15 the addresses.
/// </remarks>
internal static class FixedTables
{
    public const int Classify = 0;
    public const int Encapsulate = 5;
    public const int GatherForward = 6;
    public const int EtherType = 8;
    public const int GatherReverse = 9;
    public const int ExitByMac = 10;
    public const int ExitByAddress = 11;
    public const int ExitElsewhere = 12;

    /// <summary>A table without flows.</summary>
    public const int Nothing = 13;

    /// <summary>A group that leaves frames as they are, but makes the switch carry out what it has put off.</summary>
    public const uint OnceRound = GroupEntry.FirstOfOurs;

    public const int ExpiredPriority = 65_000;
    public const int MdTypePriority = 64_900;
    public const int ZeroTtlPriority = 64_600;
    public const int HeaderPriority = 64_500;
    public const int UnknownHeaderPriority = 64_000;
    public const int NeverPriority = 63_000;
    public const int FirstRulePriority = 60_000;
    public const int LastRulePriority = 1_000;
    public const int NoRuleMatchesPriority = 21;
    public const int EntryPriority = 20;

    public const uint NoRules = uint.MaxValue;

    /// <summary>Register 2 with its bit for opened headers.</summary>
    public const int Carried = 1 << 16;

    private const int ExitHop = 255;

    /// <summary>Register 1 for a hop of a path.</summary>
    /// <param name="path">The path.</param>
    /// <param name="hop">The hop, from 0.</param>
    public static string Hop(PathDefinition path, int hop) => $"0x{(path.NshPathId.Value << 8) | (hop + 1):x}";

    /// <summary>Register 1 for frames that have ended a path.</summary>
    public static string Exit(PathDefinition path) => $"0x{(path.NshPathId.Value << 8) | ExitHop:x}";

    /// <summary>Sets a register; the value is a number as text.</summary>
    public static string Load(string value, int register) => $"load:{value}->NXM_NX_REG{register}[],";
}
