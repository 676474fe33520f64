using System.Buffers;
using NetworkingSfc.Dataplane.Channel;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Tests.Ports;
using NetworkingSfc.Dataplane.Tests.Steering;
using NetworkingSfc.Dataplane.Tests.Steering.Model;
using NetworkingSfc.Dataplane.Tests.Workers;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Channel;

/// <summary>What is encoded comes back as it was, and bytes that are not an encoded snapshot do no harm.</summary>
public sealed class SnapshotChannelTests
{
    [Fact]
    public void Random_definitions_come_back_as_they_were()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            byte[] encoded = EncodedBytes.Of(WithTapsAndJoins(RandomDefinition.Make(new Random(seed), generation: (ulong)seed + 1)));
            byte[] again = EncodedBytes.Of(SnapshotDecoder.Decode(encoded));

            Assert.True(encoded.AsSpan().SequenceEqual(again), $"seed {seed}");
        }
    }

    [Fact]
    public void Decoded_definition_steers_as_the_original()
    {
        int sentFrames = 0;
        for (int seed = 0; seed < 100; seed++)
        {
            Random random = new(seed);
            SteeringDefinition definition = seed % 2 == 0 ? RandomDefinition.Make(random) : WithTapsAndJoins(RandomDefinition.Make(random));
            using TestEngine original = new(definition);
            using TestEngine decoded = new(SnapshotDecoder.Decode(EncodedBytes.Of(definition)));
            RandomFrames frames = new(definition, random);
            for (int number = 0; number < 50; number++)
            {
                (int port, FrameSpec frame) = frames.Next();
                original.Inject(port, frame.Bytes());
                decoded.Inject(port, frame.Bytes());
                IReadOnlyList<SentFrame> expected = original.Run();
                IReadOnlyList<SentFrame> found = decoded.Run();
                Assert.Equal(expected.Select(f => (f.Port, f.Member, f.FlowHash, Convert.ToHexString(f.Bytes))), found.Select(f => (f.Port, f.Member, f.FlowHash, Convert.ToHexString(f.Bytes))));
                sentFrames += expected.Count;
            }

            Assert.Equal(original.Counters.Dropped.ToArray(), decoded.Counters.Dropped.ToArray());
        }

        Assert.InRange(sentFrames, 1000, 5000);
    }

    [Fact]
    public void Every_field_has_its_place()
    {
        SteeringDefinition definition = new()
        {
            Generation = 0x0102_0304_0506_0708,
            HashSeed = 0x1112_1314_1516_1718,
            Networks = [new NetworkDefinition(-1, Learns: true)],
        };

        const string Expected = "53464353 0400 0807060504030201 1817161514131211 0153005e00020000 01000000 ffffffff01 00000000 00000000 00000000 00000000 00000000";
        Assert.Equal(Expected.Replace(" ", "", StringComparison.Ordinal), Convert.ToHexStringLower(EncodedBytes.Of(definition)));
    }

    [Fact]
    public void Networks_and_ports_keep_how_they_are_switched()
    {
        PortDefinition port = new(0, default, [], 0, -1);
        SteeringDefinition decoded = SnapshotDecoder.Decode(EncodedBytes.Of(new SteeringDefinition
        {
            Generation = 1,
            Networks = [new NetworkDefinition(-1, Learns: true), new NetworkDefinition(0)],
            Ports = [port, port with { IsOfPair = true }, port with { SendsEncapsulated = true }],
        }));
        Assert.Equal([true, false], decoded.Networks.Select(network => network.Learns));
        Assert.Equal([(false, false), (true, false), (false, true)], decoded.Ports.Select(read => (read.IsOfPair, read.SendsEncapsulated)));
    }

    [Fact]
    public void Ports_keep_what_they_are_attached_to()
    {
        PortDefinition port = new(0, default, [], 0, -1);
        PortAttachment[] attachments =
        [
            new("p", new PortDevice("libpcap", [new("promiscuous", "yes"), new("interface", "vé1")]), VlanId: 4094),
            new("", new PortDevice("", [])),
        ];
        SteeringDefinition decoded = SnapshotDecoder.Decode(EncodedBytes.Of(new SteeringDefinition
        {
            Generation = 1,
            Ports = [port with { Attachment = attachments[0] }, port, port with { Attachment = attachments[1], IsOfPair = true }],
        }));
        Assert.Equal([attachments[0], null, attachments[1]], decoded.Ports.Select(read => read.Attachment));
        Assert.Equal("libpcap interface=vé1 promiscuous=yes", decoded.Ports[0].Attachment!.Device.ToString());
    }

    [Theory]
    [InlineData("0400000074", "0401000074", "does not fit")]
    [InlineData("74657374", "ff657374", "not UTF-8")]
    [InlineData("0100000062", "0100000061", "not in order")]
    [InlineData("fe0f", "ff0f", "4095 is not a VLAN id")]
    public void Attachments_that_no_encoder_writes_are_refused(string written, string damaged, string reason)
    {
        PortDefinition port = new(0, default, [], 0, -1) { Attachment = new PortAttachment("p", new PortDevice("k", [new("a", ""), new("b", "test")]), VlanId: 4094) };
        string encoded = Convert.ToHexStringLower(EncodedBytes.Of(new SteeringDefinition { Generation = 1, Ports = [port] }));
        int at = encoded.LastIndexOf(written, StringComparison.Ordinal);
        byte[] bytes = Convert.FromHexString(encoded[..at] + damaged + encoded[(at + damaged.Length)..]);
        Assert.Contains(reason, Assert.Throws<SnapshotFormatException>(() => SnapshotDecoder.Decode(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        for (int seed = 0; seed < 5; seed++)
        {
            byte[] encoded = EncodedBytes.Of(RandomDefinition.Make(new Random(seed)));
            for (int length = 0; length < encoded.Length; length++)
            {
                Assert.Throws<SnapshotFormatException>(() => SnapshotDecoder.Decode(encoded.AsMemory(0, length)));
            }
        }
    }

    [Fact]
    public void Bytes_behind_the_end_are_refused() =>
        Assert.Throws<SnapshotFormatException>(() => SnapshotDecoder.Decode((byte[])[.. EncodedBytes.Of(RandomDefinition.Make(new Random(1))), 0]));

    [Theory]
    [InlineData(0, 0x54, "SFCS")]
    [InlineData(4, 0x02, "version 2;")]
    [InlineData(5, 0x01, "version 260")]
    public void Other_magic_and_other_versions_are_refused_and_said(int offset, byte value, string expected)
    {
        byte[] encoded = EncodedBytes.Of(new SteeringDefinition { Generation = 1 });
        encoded[offset] = value;

        SnapshotFormatException refusal = Assert.Throws<SnapshotFormatException>(() => SnapshotDecoder.Decode(encoded));
        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    [InlineData(-1)]
    [InlineData(100_000_000)]
    public void Length_of_a_list_that_the_bytes_cannot_hold_is_refused_before_memory_is_asked_for(int length)
    {
        byte[] encoded = EncodedBytes.Of(RandomDefinition.Make(new Random(3)));

        // Wherever a length may stand, and everywhere else too.
        for (int offset = 0; offset + sizeof(int) <= encoded.Length; offset++)
        {
            byte[] damaged = [.. encoded];
            BitConverter.TryWriteBytes(damaged.AsSpan(offset), length);
            EncodedBytes.WithinBounds(damaged, SnapshotDecoder.Decode, $"{length} at byte {offset}");
        }
    }

    [Fact]
    public void Random_damage_is_refused_or_gives_a_valid_snapshot()
    {
        int rounds = LongRun.Scale(100_000);
        int accepted = 0;
        for (int seed = 0; seed * 1000 < rounds; seed++)
        {
            Random random = new(seed);
            SteeringDefinition definition = RandomDefinition.Make(random);
            SteeringSnapshot original = SteeringSnapshotBuilder.Build(definition);
            byte[] encoded = EncodedBytes.Of(definition);
            for (int round = 0; round < 1000; round++)
            {
                byte[] damaged = EncodedBytes.Damage(encoded, random);
                string what = $"seed {seed}, round {round}";
                if (EncodedBytes.WithinBounds(damaged, SnapshotDecoder.Decode, what) is SteeringDefinition decoded && TryBuild(decoded, original, what))
                {
                    accepted++;
                }
            }

            original.Retire(newer: null);
        }

        // Much of a definition is addresses and weights, where any number will do.
        Assert.InRange(accepted, rounds / 20, rounds - 1);
    }

    [Fact]
    public void Random_bytes_behind_a_right_head_are_refused()
    {
        Random random = new(6);
        byte[] head = EncodedBytes.Of(new SteeringDefinition { Generation = 1 })[..30];
        for (int round = 0; round < 10_000; round++)
        {
            byte[] tail = new byte[random.Next(400)];
            random.NextBytes(tail);
            EncodedBytes.WithinBounds([.. head, .. tail], SnapshotDecoder.Decode, $"round {round}");
        }
    }

    // A tap before and behind the hops of every path, and every other path goes on.
    private static SteeringDefinition WithTapsAndJoins(SteeringDefinition definition) => definition with
    {
        Paths = [.. definition.Paths.Select((path, number) => path with
        {
            NextRules = number % 2 == 0 ? 0 : -1,
            Taps = [new TapDefinition(0, new ServiceIndex(9), path.Hops[0]), new TapDefinition(path.Hops.Length, new ServiceIndex(8), path.Hops[^1])],
        })],
    };

    private static bool TryBuild(SteeringDefinition definition, SteeringSnapshot original, string what)
    {
        try
        {
            SteeringSnapshot snapshot = SteeringSnapshotBuilder.Build(definition, original);
            Assert.True(snapshot.CounterRows.Paths is >= 0 and <= DefinitionChecks.MaxCounterRows, what);
            Assert.True(snapshot.CounterRows.Members is >= 0 and <= DefinitionChecks.MaxCounterRows, what);
            snapshot.Retire(original);
            return true;
        }
        catch (SteeringDefinitionException)
        {
            return false;
        }
    }
}
