using System.Collections.Immutable;
using System.Globalization;

namespace NetworkingSfc.Control.Drivers.OpenVswitch;

/// <summary>One select group of a bridge: each flow goes through one of its buckets.</summary>
/// <param name="Id">Number of the group, from 1.</param>
/// <param name="Selection">How buckets are chosen, as ovs-ofctl reads it (<c>selection_method=...</c>); "" for the switch's own way.</param>
/// <param name="Buckets">The buckets, at least one.</param>
public sealed record GroupEntry(uint Id, string Selection, ImmutableArray<GroupBucket> Buckets)
{
    /// <summary>The first of the numbers that are ours: nobody counts that far.</summary>
    public const uint FirstOfOurs = 0x5f00_0000;

    private const uint LastOfOurs = 0x5fff_ffff;

    /// <summary>Whether a number is one of ours. The reference dialect takes the reference's own small ones instead.</summary>
    public static bool IsOurs(uint id) => id is >= FirstOfOurs and <= LastOfOurs;

    /// <summary>The group as a line for ovs-ofctl.</summary>
    public override string ToString()
    {
        string selection = Selection.Length == 0 ? "" : "," + Selection;
        return string.Create(CultureInfo.InvariantCulture, $"group_id={Id},type=select{selection},{string.Join(',', Buckets)}");
    }
}

/// <summary>One bucket of a group.</summary>
/// <param name="Id">Number of the bucket, which its share of the flows depends on; null lets the switch count.</param>
/// <param name="Weight">Its weight, from 1.</param>
/// <param name="Actions">What it does, as ovs-ofctl reads it.</param>
public sealed record GroupBucket(uint? Id, int Weight, string Actions)
{
    /// <summary>The bucket as a part of a group's line.</summary>
    public override string ToString()
    {
        string id = Id is { } number ? string.Create(CultureInfo.InvariantCulture, $"bucket_id:{number},") : "";
        return string.Create(CultureInfo.InvariantCulture, $"bucket={id}weight:{Weight},actions={Actions}");
    }
}
