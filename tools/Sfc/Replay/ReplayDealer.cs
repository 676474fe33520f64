using NetworkingSfc.Dataplane.LoadBalancing;
using NetworkingSfc.Dataplane.Parsing;

namespace NetworkingSfc.Sfc.Replay;

/// <summary>
/// Deals input packets to workers by a hash of the outermost addresses, so that a flow, both its directions and all its
/// fragments stay on one worker, as a network card does for receive queues.
/// </summary>
internal sealed class ReplayDealer(int workers)
{
    /// <summary>Which worker gets a packet.</summary>
    /// <param name="frame">Its captured bytes.</param>
    public int WorkerFor(ReadOnlySpan<byte> frame)
    {
        if (workers == 1)
        {
            return 0;
        }

        PacketParser.Parse(frame, FrameStart.Ethernet, out PacketHeaders headers);
        FlowHashKey key = new() { SourceAddress = headers.SourceAddress, DestinationAddress = headers.DestinationAddress };
        ulong hash = FlowHash.Compute(key, HashFields.IpSrc | HashFields.IpDst, FlowHash.DefaultSeed, symmetric: true, reverse: false);
        return (int)(hash % (ulong)workers);
    }
}
