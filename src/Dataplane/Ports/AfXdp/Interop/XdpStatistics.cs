using System.Runtime.InteropServices;

namespace NetworkingSfc.Dataplane.Ports.AfXdp.Interop;

/// <summary><c>struct xdp_statistics</c>: what the kernel counted on one socket.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct XdpStatistics
{
    /// <summary>Frames that found no chunk to be put into, or were longer than the socket takes.</summary>
    public readonly ulong RxDropped;

    /// <summary>Descriptors of the fill ring that name no chunk.</summary>
    public readonly ulong RxInvalid;

    /// <summary>Descriptors of the transmit ring that name no chunk.</summary>
    public readonly ulong TxInvalid;

    /// <summary>Frames that found the receive ring full.</summary>
    public readonly ulong RxRingFull;

    /// <summary>Times that the fill ring was empty; the frames are in <see cref="RxDropped"/>.</summary>
    public readonly ulong FillRingEmpty;

    /// <summary>Times that the transmit ring was empty.</summary>
    public readonly ulong TxRingEmpty;
}
