using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.LoadBalancing;
using NetworkingSfc.Dataplane.Tests.Workers;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Steering;

/// <summary>Which fields of a frame choose the member: those of the group, read from the frame without NSH (decision 7).</summary>
public sealed class SelectStageTests
{
    private const int Values = 40;

    private static readonly HashFields[] _single = [.. Enum.GetValues<HashFields>().Where(single => single != HashFields.FiveTuple)];

    public static TheoryData<HashFields, EncapsulationKind> Groups
    {
        get
        {
            TheoryData<HashFields, EncapsulationKind> groups = [];
            foreach (HashFields single in _single)
            {
                foreach (EncapsulationKind kind in Enum.GetValues<EncapsulationKind>())
                {
                    groups.Add(single, kind);
                }
            }

            return groups;
        }
    }

    [Theory]
    [MemberData(nameof(Groups))]
    public void Only_the_fields_of_the_group_choose_the_member_also_behind_a_function(HashFields field, EncapsulationKind kind)
    {
        uint[] weights = [.. Enumerable.Repeat(1u, 16)];
        TestChain chain = new(new TestHop(kind, 1), new TestHop(EncapsulationKind.Plain, [.. weights]) { Fields = field });
        using TestEngine engine = new(chain.Definition());

        // A function that knows no NSH gets its own MAC address as destination, so that field is the same for all there.
        bool isLost = field == HashFields.EthDst && kind != EncapsulationKind.Nsh;
        Assert.InRange(Members(engine, chain, kind, value => Frame(field, value)), isLost ? 1 : 8, isLost ? 1 : 16);
        foreach (HashFields other in _single.Where(other => other != field))
        {
            bool isUdp = IsUdp(other) || (IsUdp(field) && !IsTcp(other));
            Assert.Equal(1, Members(engine, chain, kind, value => Frame(other, value, isUdp)));
        }
    }

    [Theory]
    [InlineData(HashFields.TcpDst, true)]
    [InlineData(HashFields.UdpDst, false)]
    public void Port_field_of_the_other_transport_is_zero_and_chooses_one_member(HashFields field, bool isUdp)
    {
        TestChain chain = new(new TestHop(EncapsulationKind.Plain, 1), new TestHop(EncapsulationKind.Plain, [.. Enumerable.Repeat(1u, 16)]) { Fields = field });
        using TestEngine engine = new(chain.Definition());

        Assert.Equal(1, Members(engine, chain, EncapsulationKind.Plain, value => Frame(isUdp ? HashFields.UdpDst : HashFields.TcpDst, value)));
    }

    private static bool IsUdp(HashFields field) => field is HashFields.UdpSrc or HashFields.UdpDst;

    private static bool IsTcp(HashFields field) => field is HashFields.TcpSrc or HashFields.TcpDst;

    // How many members of the second hop the frames meet that differ in one field.
    private static int Members(TestEngine engine, TestChain chain, EncapsulationKind kind, Func<int, byte[]> frame) => Enumerable.Range(1, Values)
        .Select(value => engine.Forward(TestChain.Source, frame(value)))
        .Select(sent => engine.Forward(chain.Output(1), TestFunction.Return(sent.Bytes, kind)).Port)
        .Distinct().Count();

    private static byte[] Frame(HashFields varied, int value, bool? isUdp = null)
    {
        int Of(HashFields fields) => fields.HasFlag(varied) ? value : 0;
        ushort source = (ushort)(2000 + Of(HashFields.TcpSrc | HashFields.UdpSrc));
        ushort destination = (ushort)(3000 + Of(HashFields.TcpDst | HashFields.UdpDst));
        PacketBuilder ip = new PacketBuilder()
            .Ethernet($"02:00:00:00:aa:{Of(HashFields.EthDst):x2}", $"02:00:00:00:bb:{Of(HashFields.EthSrc):x2}")
            .Ipv4($"192.0.2.{Of(HashFields.IpSrc)}", $"198.51.100.{Of(HashFields.IpDst)}");
        return (isUdp ?? IsUdp(varied) ? ip.Udp(source, destination) : ip.Tcp(source, destination)).Build();
    }
}
