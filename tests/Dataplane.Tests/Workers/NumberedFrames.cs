using System.Buffers.Binary;
using NetworkingSfc.Dataplane.Ports.Memory;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Tests.Steering;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Dataplane.Tests.Workers;

/// <summary>Frames with the number of their flow and their place in it, for a network in which only addresses of ports are known.</summary>
internal static class NumberedFrames
{
    private const int Header = 14;

    /// <summary>A network of so many ports.</summary>
    public static SteeringDefinition Network(int ports) => new()
    {
        Generation = 1,
        Networks = [new NetworkDefinition(-1)],
        Ports = [.. Enumerable.Range(0, ports).Select(number => new PortDefinition(0, new(0x0200_0000_0000 + (ulong)number), [], 0, -1))],
    };

    public static byte[] Frame(int to, int flow, int place)
    {
        byte[] frame = new PacketBuilder().Ethernet(TestChain.Mac(to), "02:00:00:00:aa:01").Payload(50).Build();
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(Header), flow);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(Header + 4), place);
        return frame;
    }

    public static (int Flow, int Place) Read(ReadOnlySpan<byte> frame) =>
        (BinaryPrimitives.ReadInt32BigEndian(frame[Header..]), BinaryPrimitives.ReadInt32BigEndian(frame[(Header + 4)..]));

    public static bool Send(MemoryPort port, int queue, byte[] frame) => port.Inject(queue, frame, frame.Length);

    /// <summary>All that has come out of a queue.</summary>
    public static List<(int Flow, int Place)> Take(MemoryPort port, int queue = 0)
    {
        List<(int Flow, int Place)> taken = [];
        byte[] buffer = new byte[port.FrameBytes];
        while (port.TryTake(queue, buffer, out int length))
        {
            taken.Add(Read(buffer.AsSpan(0, length)));
        }

        return taken;
    }
}
