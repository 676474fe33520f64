using System.Buffers.Binary;
using NetworkingSfc.Dataplane.Encapsulation;

namespace NetworkingSfc.Dataplane.Tests.Steering;

/// <summary>What a service function does to a frame before it sends it back: the aware ones lower the index, and no more.</summary>
internal static class TestFunction
{
    private const int EthernetBytes = 14;
    private const int ServiceIndexOffset = EthernetBytes + 7;

    /// <summary>The frame as the function returns it. The given bytes are changed.</summary>
    public static byte[] Return(byte[] frame, EncapsulationKind kind)
    {
        if (kind == EncapsulationKind.Nsh)
        {
            frame[ServiceIndexOffset]--;
        }
        else if (kind == EncapsulationKind.Mpls)
        {
            int label = EthernetBytes;
            while (BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(label - 2)) != 0x8847)
            {
                label += 4;
            }

            uint entry = BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(label));
            BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(label), entry - (1 << 12));
        }

        return frame;
    }
}
