using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;

namespace NetworkingSfc.Benchmarks.Dataplane;

/// <summary>Frames of many flows in a fixed random order, 64 bytes each unless told otherwise.</summary>
internal static class FlowFrames
{
    private const int Seed = 20_261_122;

    /// <summary>Frames drawn at random from a number of TCP flows that are under way, as the peers' captures are.</summary>
    /// <param name="frames">Frames.</param>
    /// <param name="flows">Different five-tuples among them.</param>
    /// <param name="ipv6">Family.</param>
    public static byte[][] Make(int frames, int flows, bool ipv6 = false)
    {
        Random random = new(Seed);
        byte[][] distinct = new byte[flows][];
        for (int flow = 0; flow < flows; flow++)
        {
            PacketBuilder builder = new PacketBuilder().Ethernet();
            builder = ipv6
                ? builder.Ipv6($"2001:db8::{flow >> 8:x}:{flow & 0xff:x}", $"2001:db8:1::{flow & 0x3ff:x}")
                : builder.Ipv4($"10.0.{flow >> 8 & 0xff}.{flow & 0xff}", $"172.16.{flow >> 2 & 3}.{flow & 0xff}");
            distinct[flow] = builder.Tcp((ushort)(1024 + (flow % 60_000)), (ushort)(2_000 + (flow % 100)), TcpControl.Ack).Payload(new byte[6]).Build();
        }

        byte[][] order = new byte[frames][];
        for (int i = 0; i < frames; i++)
        {
            order[i] = distinct[random.Next(flows)];
        }

        return order;
    }
}
