using System.Buffers.Binary;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Sfc.Verify;

/// <summary>Makes of a frame that our engine sent the one that the switch sends by a known difference.</summary>
internal static class KnownBytes
{
    private const int MostTrafficClass = 7;
    private const int SourceOffset = MacAddress.LengthBytes;

    // Where the switch inserts the NSH it writes no source; one that a function wrote it keeps.
    public static byte[] NshSource(StepView step, EngineOutput ours, byte[] frame)
    {
        PacketParser.Parse(frame, FrameStart.Ethernet, out PacketHeaders headers);
        if (headers.IsNsh)
        {
            Span<byte> source = frame.AsSpan(SourceOffset, MacAddress.LengthBytes);
            source.Clear();
            if (step.Headers.IsNsh)
            {
                step.Received.AsSpan(SourceOffset, MacAddress.LengthBytes).CopyTo(source);
            }
        }

        return frame;
    }

    public static byte[] TimeToLive(StepView step, EngineOutput ours, byte[] frame) =>
        step.IsFromAware && CarriedFrame.TimeToLive(step.Received) is byte received && CarriedFrame.TimeToLive(frame) is not null
            ? CarriedFrame.WithTimeToLive(frame, received) : frame;

    public static byte[] TrafficClass(StepView step, EngineOutput ours, byte[] frame)
    {
        PacketParser.Parse(frame, FrameStart.Ethernet, out PacketHeaders headers);
        if (headers.MplsDepth > 0 && step.Headers.MplsDepth > 0)
        {
            Label(frame, headers, label => new MplsLabelEntry(label.Label, LabelOf(step).TrafficClass, label.IsBottomOfStack, label.TimeToLive));
        }
        else if (headers.MplsDepth > 0 && !step.IsEncapsulated && step.Headers.IpVersion != 0)
        {
            ReadOnlySpan<byte> ip = step.Received.AsSpan(step.Headers.IpOffset);
            int codePoint = step.Headers.IpVersion == 4 ? ip[1] >> 2 : ((ip[0] << 4) | (ip[1] >> 4)) >> 2;
            Label(frame, headers, label => new MplsLabelEntry(label.Label, codePoint & MostTrafficClass, label.IsBottomOfStack, label.TimeToLive));
        }

        return frame;
    }

    public static byte[] ReversePath(StepView step, EngineOutput ours, byte[] frame)
    {
        PacketParser.Parse(frame, FrameStart.Ethernet, out PacketHeaders headers);
        if (step.ChainOf(ours) is not PortChain { Symmetric: true } chain)
        {
            return frame;
        }

        if (headers.IsNsh && NshHeader.TryRead(frame.AsSpan(headers.LinkHeaderLength), out NshHeader nsh))
        {
            NshHeader.SetServicePath(frame.AsSpan(headers.LinkHeaderLength), new ServicePathId(chain.ChainId), nsh.ServiceIndex);
        }
        else if (headers.MplsDepth > 0 && MplsLabelEntry.TryRead(frame.AsSpan(headers.MplsOffset), out MplsLabelEntry label) && label.Label >> 8 == chain.ReversePathId)
        {
            Label(frame, headers, old => new MplsLabelEntry((chain.ChainId << 8) | (old.Label & byte.MaxValue), old.TrafficClass, old.IsBottomOfStack, old.TimeToLive));
        }

        return frame;
    }

    public static byte[] MplsInner(StepView step, EngineOutput ours, byte[] frame)
    {
        PacketParser.Parse(frame, FrameStart.Ethernet, out PacketHeaders headers);
        PacketParser.Parse(step.Step.Frame, FrameStart.Ethernet, out PacketHeaders before);
        bool isOpened = headers.MplsDepth < before.MplsDepth || step.Headers.MplsDepth < before.MplsDepth;
        return before.MplsDepth > 0 && isOpened ? WithoutLabels(frame) : frame;
    }

    /// <summary>All labels go, and what is inside becomes IPv4.</summary>
    public static byte[] WithoutLabels(byte[] frame)
    {
        PacketParser.Parse(frame, FrameStart.Ethernet, out PacketHeaders headers);
        if (headers.LinkHeaderLength < EthernetHeader.LengthBytes)
        {
            return frame;
        }

        byte[] popped = [.. frame.AsSpan(0, headers.LinkHeaderLength), .. frame.AsSpan(headers.LinkHeaderLength + (headers.MplsDepth * MplsLabelEntry.LengthBytes))];
        BinaryPrimitives.WriteUInt16BigEndian(popped.AsSpan(headers.LinkHeaderLength - sizeof(ushort)), EtherType.Ipv4);
        return popped;
    }

    /// <summary>The label stays on, untouched: the flows of a graph take the last function of its source for an aware one.</summary>
    public static byte[] GraphEnd(StepView step, EngineOutput ours, byte[] frame)
    {
        if (!step.IsEncapsulated || step.HopOf(ours) is not (PortChain chain, PortPairGroup group, { Parameters.Correlation: Correlation.None })
            || chain.PortPairGroups.Last(id => !step.Resources.PortPairGroups[id].TapEnabled) != group.Id
            || !step.Resources.ServiceGraphs.Any(graph => graph.Branches.Any(branch => branch.Source == chain.Id)))
        {
            return frame;
        }

        byte[] labelled = [.. frame.AsSpan(0, MacAddress.LengthBytes), .. step.Received.AsSpan(MacAddress.LengthBytes)];
        return step.Theirs.Any(sent => sent.Frame.AsSpan().SequenceEqual(labelled)) ? labelled : frame;
    }

    // The second tag is lost while a VLAN of the switch's own stands before the first.
    public static byte[] SecondTag(StepView step, EngineOutput ours, byte[] frame)
    {
        PacketParser.Parse(frame, FrameStart.Ethernet, out PacketHeaders headers);
        const int SecondTagOffset = EthernetHeader.LengthBytes + VlanTag.LengthBytes - sizeof(ushort);
        return headers.VlanCount < 2 || step.ChainOf(ours) is null ? frame : [.. frame.AsSpan(0, SecondTagOffset), .. frame.AsSpan(SecondTagOffset + VlanTag.LengthBytes)];
    }

    // A copy is what the function before sent, with the label for the next function where one was pushed before copying.
    public static byte[] Tap(StepView step, EngineOutput ours, byte[] frame)
    {
        if (!step.Copies.Contains(ours))
        {
            return frame;
        }

        byte[] labelled = [.. step.Ours.Except(step.Copies).Select(sent => sent.Frame).FirstOrDefault(frame)];
        step.Received.AsSpan(0, MacAddress.LengthBytes).CopyTo(labelled);
        labelled = TrafficClass(step, ours, ReversePath(step, ours, labelled));
        return step.Theirs.Any(sent => sent.Frame.AsSpan().SequenceEqual(labelled)) ? labelled : step.Received;
    }

    private static void Label(byte[] frame, in PacketHeaders headers, Func<MplsLabelEntry, MplsLabelEntry> change)
    {
        MplsLabelEntry.TryRead(frame.AsSpan(headers.MplsOffset), out MplsLabelEntry label);
        change(label).Write(frame.AsSpan(headers.MplsOffset));
    }

    private static MplsLabelEntry LabelOf(StepView step)
    {
        MplsLabelEntry.TryRead(step.Received.AsSpan(step.Headers.MplsOffset), out MplsLabelEntry label);
        return label;
    }
}
