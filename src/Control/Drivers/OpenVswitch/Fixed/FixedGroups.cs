using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using NetworkingSfc.Dataplane.LoadBalancing;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Control.Drivers.OpenVswitch.Fixed;

/// <summary>
/// Select groups. The switch gives each bucket a score from its number and the flow's hash, and takes the highest; it
/// multiplies scores by weights, which does not give shares in proportion. So all buckets weigh the same, and a member has
/// as many as its share. Bucket numbers are hashes of the member's UUID: a member that comes or goes moves its own flows only,
/// and both directions of a symmetric chain choose alike.
/// </summary>
internal static class FixedGroups
{
    /// <summary>A group's message has to fit the 64 KiB of OpenFlow.</summary>
    private const int MostBuckets = 256;

    /// <summary>The highest numbers are not for buckets (OpenFlow 1.5.1, 7.3.4.3).</summary>
    private const uint BucketNumbers = 0xf000_0000;

    private static readonly string _fiveTuple =
        "ip_src,ip_dst,ipv6_src,ipv6_dst,nw_proto,tcp_src,tcp_dst,udp_src,udp_dst,sctp_src,sctp_dst";

    private static readonly string _gatheredFiveTuple = "reg4,reg5,reg6,reg7=0xff0000,xxreg2,xxreg3";

    /// <summary>Number of the group that stands for a port pair group in one direction.</summary>
    /// <param name="groupId">The number of the port pair group.</param>
    /// <param name="isReverse">On the way back.</param>
    /// <param name="isGathered">Fields are taken from registers.</param>
    public static uint IdOf(int groupId, bool isReverse, bool isGathered) =>
        GroupEntry.FirstOfOurs + ((uint)groupId << 2) + (isGathered ? 2u : 0) + (isReverse ? 1u : 0);

    /// <summary>A group over the members that can take flows.</summary>
    /// <param name="id">Its number.</param>
    /// <param name="fields">What chooses the member.</param>
    /// <param name="usable">The members with their places in the group, at least one.</param>
    /// <param name="isReverse">Source and destination are exchanged.</param>
    /// <param name="isGathered">Fields are taken from registers, where the gathering tables put them.</param>
    public static GroupEntry Of(uint id, HashFields fields, IReadOnlyList<(int Place, MemberDefinition Member)> usable, bool isReverse, bool isGathered)
    {
        SortedDictionary<uint, int> buckets = [];
        int[] shares = Shares([.. usable.Select(member => member.Member.Weight)]);
        foreach ((MemberDefinition member, int place, int share) in usable.Zip(shares, (one, share) => (one.Member, one.Place, share)).OrderBy(one => one.Member.StableId))
        {
            for (int copy = 0; copy < share; copy++)
            {
                uint number = NumberOf(member.StableId, copy);
                while (!buckets.TryAdd(number, place))
                {
                    number = (number + 1) % BucketNumbers;
                }
            }
        }

        return new GroupEntry(id, $"selection_method=hash,fields({FieldsOf(fields, isReverse, isGathered)})",
            [.. buckets.Select(bucket => new GroupBucket(bucket.Key, 1, $"load:{bucket.Value}->NXM_NX_REG2[0..15],resubmit(,{FixedTables.Encapsulate})"))]);
    }

    /// <summary>Buckets of each member: in proportion to the weights, exactly where that takes no more than the most there may be.</summary>
    /// <param name="weights">The weights, from 1.</param>
    internal static int[] Shares(ImmutableArray<uint> weights)
    {
        ulong divisor = weights.Aggregate(0ul, (a, b) => Gcd(a, b));
        ulong sum = weights.Aggregate(0ul, (total, weight) => total + (weight / divisor));
        return [.. weights.Select(weight => sum <= MostBuckets
            ? (int)(weight / divisor)
            : Math.Max(1, (int)Math.Round((double)(weight / divisor) * MostBuckets / sum)))];
    }

    private static ulong Gcd(ulong a, ulong b) => b == 0 ? a : Gcd(b, a % b);

    private static uint NumberOf(UInt128 member, int copy)
    {
        Span<byte> bytes = stackalloc byte[20];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, member);
        BinaryPrimitives.WriteInt32BigEndian(bytes[16..], copy);
        return BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(bytes)) % BucketNumbers;
    }

    private static string FieldsOf(HashFields fields, bool isReverse, bool isGathered)
    {
        if (fields == HashFields.FiveTuple)
        {
            return isGathered ? _gatheredFiveTuple : _fiveTuple;
        }

        // The Ethernet addresses are not gathered: on the way back the other one is read.
        List<string> chosen = [];
        AddIf(HashFields.EthSrc, isReverse ? "eth_dst" : "eth_src");
        AddIf(HashFields.EthDst, isReverse ? "eth_src" : "eth_dst");
        AddIf(HashFields.IpSrc, isGathered ? "xxreg2" : "ip_src,ipv6_src");
        AddIf(HashFields.IpDst, isGathered ? "xxreg3" : "ip_dst,ipv6_dst");
        AddPorts(HashFields.TcpSrc, HashFields.TcpDst, "tcp", "reg4");
        AddPorts(HashFields.UdpSrc, HashFields.UdpDst, "udp", "reg5");
        return string.Join(',', chosen);

        void AddIf(HashFields field, string text)
        {
            if ((fields & field) != 0)
            {
                chosen.Add(text);
            }
        }

        void AddPorts(HashFields source, HashFields destination, string protocol, string register)
        {
            if (isGathered)
            {
                uint mask = ((fields & source) != 0 ? 0xffff_0000 : 0) | ((fields & destination) != 0 ? 0xffffu : 0);
                AddIf(source | destination, $"{register}=0x{mask:x}");
            }
            else
            {
                AddIf(source, protocol + "_src");
                AddIf(destination, protocol + "_dst");
            }
        }
    }
}
