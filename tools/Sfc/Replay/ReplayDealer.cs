using NetworkingSfc.Dataplane.LoadBalancing;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Sfc.Replay;

/// <summary>
/// Deals input packets to workers by a hash of the outermost addresses, so that a flow and both its directions
/// stay on one worker, as a network card does for receive queues.
/// </summary>
/// <param name="workers">How many workers.</param>
/// <param name="smallestMtu">Smallest MTU of any port.</param>
/// <param name="learns">True when some network learns.</param>
internal sealed class ReplayDealer(int workers, int smallestMtu, bool learns)
{
    /// <summary>
    /// True for a packet that may meet what earlier ones left behind: fragments share a table of bounded size, answers to
    /// packets that do not fit a port share a limit of their rate, and in a network that learns any packet may teach. Such packets are
    /// taken to their end one after the other by one worker, so that nothing depends on how the others are dealt.
    /// </summary>
    /// <param name="frame">Its captured bytes.</param>
    public bool IsInTurn(ReadOnlySpan<byte> frame)
    {
        if (learns || frame.Length + NshHeader.MdType1LengthBytes > smallestMtu)
        {
            return true;
        }

        ParseStatus status = PacketParser.Parse(frame, FrameStart.Ethernet, out PacketHeaders headers);
        if (headers.IsNsh && NshHeader.TryRead(frame[headers.LinkHeaderLength..], out NshHeader nsh)
            && headers.LinkHeaderLength + nsh.LengthBytes <= frame.Length)
        {
            status = PacketParser.Parse(frame[(headers.LinkHeaderLength + nsh.LengthBytes)..], FrameStart.Ethernet, out headers);
        }

        return status != ParseStatus.TruncatedLink && (headers.MoreFragments || headers.IsLaterFragment);
    }

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
