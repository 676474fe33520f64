namespace NetworkingSfc.Classifier.CutTree;

/// <summary>
/// How nodes and leaves lie in memory, in units of one cache line (64 bytes). A reference counts steps of 8 bytes, so
/// that an address is one scaled addition; its lowest bit says leaf, and is what makes a leaf's address 8 too large.
/// </summary>
/// <remarks>
/// <code>
/// node, 2 units    15 separators, 1 word of meaning   | 16 references, those after the last child repeat it
/// leaf, 4 rules    4 values, 4 masks of 64 address bits, once (IPv4) or four times (IPv6)
///                  4 least, 4 largest {source port, destination port, protocol, 0}
///                  4 orders, an order after all others, 32-bit references of the next block and the hidden ones, or 0
/// root table       references, one for each value of the bits that are looked at
/// wide rules       32-bit words: value and mask of each address word, ports least and largest, protocol value and
///                  mask, the order, in journals the version: 16 words a rule (IPv4) or 32 (IPv6)
/// </code>
/// </remarks>
internal static class NodeLayout
{
    /// <summary>Bytes of a unit, one cache line.</summary>
    public const int UnitBytes = 64;

    /// <summary>32-bit words of a unit.</summary>
    public const int UnitWords = UnitBytes / sizeof(uint);

    /// <summary>The bit of a reference that says leaf.</summary>
    public const uint LeafBit = 1;

    /// <summary>Bytes that a reference counts.</summary>
    public const int StepBytes = 8;

    /// <summary>Most children of a node.</summary>
    public const int MostChildren = 16;

    /// <summary>Units of a node.</summary>
    public const int NodeUnits = 2;

    /// <summary>Rules of a leaf.</summary>
    public const int LeafRules = 4;

    /// <summary>Rows that are looked up together; the columns of keys are this long.</summary>
    public const int Rows = 64;

    /// <summary>Most trees of a family. Beyond this many, the last tree copies rules rather than passing them on.</summary>
    public const int MostTrees = 6;

    /// <summary>Bytes from one column of keys to the next.</summary>
    public const int ColumnBytes = Rows * sizeof(uint);

    /// <summary>Bits of the word of meaning that hold the dimension's column in bytes; above them stands the number of children.</summary>
    public const uint ColumnMask = 0xfff;

    /// <summary>Place of the number of children in the word of meaning.</summary>
    public const int ChildrenShift = 16;

    /// <summary>An order after every rule's: no match.</summary>
    public const ulong NoOrder = ulong.MaxValue;

    /// <summary>The reference of a node or table.</summary>
    /// <param name="unit">Its first unit.</param>
    public static uint NodeReference(uint unit) => unit * (UnitBytes / StepBytes);

    /// <summary>The reference of a leaf.</summary>
    /// <param name="unit">Its first unit.</param>
    public static uint LeafReference(uint unit) => NodeReference(unit) | LeafBit;

    /// <summary>The first unit of what a reference names; 0 of the reference 0.</summary>
    /// <param name="reference">A reference.</param>
    public static uint Unit(uint reference) => reference / (UnitBytes / StepBytes);

    /// <summary>64-bit words of address pairs in a rule: source and destination of IPv4 share one.</summary>
    /// <param name="addressWords">32-bit words of an address.</param>
    public static int PairWords(int addressWords) => addressWords == 1 ? 1 : addressWords;

    /// <summary>Units of a leaf.</summary>
    /// <param name="addressWords">32-bit words of an address.</param>
    public static int LeafUnits(int addressWords) => PairWords(addressWords) + 2;

    /// <summary>32-bit words of a wide rule.</summary>
    /// <param name="addressWords">32-bit words of an address.</param>
    public static int WideWords(int addressWords) => addressWords == 1 ? 16 : 32;

    /// <summary>Word of a wide rule at which its ports, protocol and order stand.</summary>
    /// <param name="addressWords">32-bit words of an address.</param>
    public static int WidePorts(int addressWords) => 4 * addressWords;

    /// <summary>Word of a wide rule at which its order stands, in two words.</summary>
    /// <param name="addressWords">32-bit words of an address.</param>
    public static int WideOrder(int addressWords) => WidePorts(addressWords) + 4;

    /// <summary>Word of a rule in a journal at which the version stands that the change made, in two words.</summary>
    /// <param name="addressWords">32-bit words of an address.</param>
    public static int WideVersion(int addressWords) => WidePorts(addressWords) + 6;
}
