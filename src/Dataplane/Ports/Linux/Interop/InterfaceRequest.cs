using System.Runtime.InteropServices;
using System.Text;

namespace NetworkingSfc.Dataplane.Ports.Linux.Interop;

/// <summary><c>struct ifreq</c> of 64-bit Linux (netdevice(7)): a name, and a value whose type depends on the call.</summary>
[StructLayout(LayoutKind.Explicit, Size = 40)]
internal unsafe struct InterfaceRequest
{
    /// <summary>Bytes of the longest name an interface can have (IFNAMSIZ less the zero at its end).</summary>
    public const int LongestName = 15;

    /// <summary>The value as a number.</summary>
    [FieldOffset(16)]
    public int Number;

    /// <summary>The value as flags, or as the family of an address.</summary>
    [FieldOffset(16)]
    public ushort Short;

    /// <summary>The value as the place of what is asked.</summary>
    [FieldOffset(16)]
    public void* Pointer;

    [FieldOffset(0)]
    private fixed byte _name[LongestName + 1];

    /// <summary>Names the interface.</summary>
    /// <returns>False when no interface can have this name; the request must not be used then.</returns>
    public static bool TryName(string name, out InterfaceRequest request)
    {
        request = default;
        fixed (byte* bytes = request._name)
        {
            // All but the last byte: it stays zero.
            return Encoding.UTF8.TryGetBytes(name, new Span<byte>(bytes, LongestName), out int length) && length > 0;
        }
    }
}
