using System.Runtime.InteropServices;

namespace NetworkingSfc.Dataplane.Ports.AfXdp.Interop;

/// <summary><c>struct xdp_desc</c>: a frame, or a part of one, in the memory shared with the kernel.</summary>
/// <param name="Address">Offset of its first byte in that memory.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Options"><see cref="XdpInterop.Continues"/>, or 0 for the last part.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct XdpDescriptor(ulong Address, uint Length, uint Options)
{
    /// <summary>Whether the frame goes on in the next descriptor.</summary>
    public bool Continues => (Options & XdpInterop.Continues) != 0;
}
