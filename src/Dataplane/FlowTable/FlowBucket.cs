using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using NetworkingSfc.Dataplane.Telemetry;

namespace NetworkingSfc.Dataplane.FlowTable;

/// <summary>Eight places for flows, one cache line: enough of each flow's hash to pass over others, and the row of its entry.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
internal struct FlowBucket
{
    /// <summary>Places.</summary>
    public const int Places = 8;

    /// <summary>Tag of an empty place.</summary>
    public const ushort Empty = 0;

    /// <summary>16 bits of each flow's hash.</summary>
    [FieldOffset(0)]
    public PlaceTags Tags;

    /// <summary>Row of each flow's entry.</summary>
    [FieldOffset(16)]
    public PlaceEntries Entries;

    /// <summary>Flows whose first choice is this bucket and that are in their other one.</summary>
    [FieldOffset(48)]
    public int Displaced;

    /// <summary>A bit for each place: the flow there is new, so that others may take the place.</summary>
    [FieldOffset(52)]
    public byte New;

    /// <summary>A bit for each place: the first choice of the flow there is its other bucket.</summary>
    [FieldOffset(53)]
    public byte Second;

    /// <summary>The places with a tag, a bit each. The vector form of <see cref="MatchOneByOne"/>.</summary>
    /// <param name="tag">The tag, or <see cref="Empty"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly uint Match(ushort tag)
    {
        PacketWork.FlowBucket();
        return Vector128.IsHardwareAccelerated
            ? Vector128.Equals(Vector128.LoadUnsafe(in Unsafe.As<PlaceTags, ushort>(ref Unsafe.AsRef(in Tags))), Vector128.Create(tag)).ExtractMostSignificantBits()
            : MatchOneByOne(tag);
    }

    /// <summary>The same without vectors.</summary>
    /// <param name="tag">The tag, or <see cref="Empty"/>.</param>
    public readonly uint MatchOneByOne(ushort tag)
    {
        uint places = 0;
        for (int place = 0; place < Places; place++)
        {
            places |= Tags[place] == tag ? 1u << place : 0;
        }

        return places;
    }

    /// <summary>One tag a place.</summary>
    [InlineArray(Places)]
    internal struct PlaceTags
    {
        private ushort _first;
    }

    /// <summary>One entry a place.</summary>
    [InlineArray(Places)]
    internal struct PlaceEntries
    {
        private int _first;
    }
}
