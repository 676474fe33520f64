using System.Runtime.InteropServices;

namespace NetworkingSfc.Dataplane.Ports.Linux.Interop;

/// <summary>Memory shared with a peer or the kernel: a file descriptor mapped for reading and writing.</summary>
/// <remarks>
/// Bounds: <see cref="Span"/> checks its range. Who uses <see cref="Pointer"/> proves its own. The peer may change the bytes
/// at any time, so whatever is checked is read once into a local first.
/// </remarks>
internal sealed unsafe class MemoryMapping : SafeHandle
{
    private MemoryMapping(nint address, long length)
        : base(LinuxInterop.MapFailed, ownsHandle: true)
    {
        Length = length;
        SetHandle(address);
    }

    /// <summary>Bytes mapped.</summary>
    public long Length { get; }

    public override bool IsInvalid => handle == LinuxInterop.MapFailed;

    /// <summary>The first byte. Valid until the mapping is disposed.</summary>
    public byte* Pointer => (byte*)handle;

    /// <summary>Maps a part of what a descriptor stands for; the descriptor may be closed afterwards.</summary>
    /// <param name="descriptor">A file, a memory file or a socket with rings.</param>
    /// <param name="length">Bytes, 1 or more.</param>
    /// <param name="offset">First byte, a multiple of the page size.</param>
    /// <param name="populate">Whether the pages are made now and not when first touched.</param>
    /// <param name="error">Number of the error, when there is one.</param>
    /// <returns>The mapping, or null when the system refuses.</returns>
    public static MemoryMapping? TryMap(FileDescriptor descriptor, long length, long offset, bool populate, out int error)
    {
        nint address = LinuxInterop.Map(
            0,
            (nuint)length,
            LinuxInterop.ProtectRead | LinuxInterop.ProtectWrite,
            LinuxInterop.MapShared | (populate ? LinuxInterop.MapPopulate : 0),
            descriptor.Number,
            offset);
        GC.KeepAlive(descriptor);
        error = address == LinuxInterop.MapFailed ? Marshal.GetLastPInvokeError() : 0;
        return error == 0 ? new MemoryMapping(address, length) : null;
    }

    /// <summary>A part of the mapping.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part is not inside.</exception>
    public Span<byte> Span(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);
        return new Span<byte>(Pointer + offset, length);
    }

    protected override bool ReleaseHandle() => LinuxInterop.Unmap(handle, (nuint)Length) == 0;
}
