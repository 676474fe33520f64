using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Ports.PcapFile;

namespace NetworkingSfc.Sfc.Replay;

/// <summary>Frames that go out of one port on one worker: recorded, then handed to the function behind the port.</summary>
internal sealed class ReplayTxQueue(int port, ReplayLane lane, PacketArena arena) : ITxQueue
{
    public int Transmit(ReadOnlySpan<PacketBuffer> buffers)
    {
        foreach (ref readonly PacketBuffer buffer in buffers)
        {
            lane.Log.Add(ref arena.Origin(buffer.Slot), port, CaptureDirection.Outbound, arena.Frame(buffer), buffer.Length, buffer);

            // A frame that normal switching delivers to a function's port ends there: only what a chain sent is answered.
            if (buffer.Member == PacketBuffer.NoMember || !lane.Play(buffer, arena))
            {
                arena.Return(buffer.Slot);
            }
        }

        return buffers.Length;
    }
}
