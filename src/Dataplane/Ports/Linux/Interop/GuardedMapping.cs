using System.Runtime.InteropServices;

namespace NetworkingSfc.Dataplane.Ports.Linux.Interop;

/// <summary>A peer's memory that stays readable and writable for us whatever the peer does to it: see <see cref="TruncationGuard"/>.</summary>
internal sealed unsafe class GuardedMapping : IDisposable
{
    private readonly MemoryMapping _mapping;
    private readonly int _entry;
    private bool _isDisposed;

    private GuardedMapping(MemoryMapping mapping, int entry) => (_mapping, _entry) = (mapping, entry);

    /// <summary>The first byte. Valid until the mapping is disposed.</summary>
    public byte* Pointer => _mapping.Pointer;

    /// <summary>True once the peer has taken memory away that was used afterwards; there are zeros instead, which it does not see.</summary>
    public bool WasTruncated => !_isDisposed && TruncationGuard.HasFired(_entry);

    /// <summary>Maps a part of a peer's file.</summary>
    /// <param name="file">The file; its length has been checked.</param>
    /// <param name="length">Bytes, a multiple of the file's page size.</param>
    /// <param name="offset">First byte, a multiple of the file's page size.</param>
    /// <param name="problem">What is wrong, when something is.</param>
    /// <returns>The mapping, or null.</returns>
    public static GuardedMapping? TryMap(FileDescriptor file, long length, long offset, out string problem)
    {
        MemoryMapping? mapping = MemoryMapping.TryMap(file, length, offset, populate: false, out int error);
        if (mapping is null)
        {
            problem = $"memory that cannot be mapped: {Marshal.GetPInvokeErrorMessage(error)}";
            return null;
        }

        if (!TruncationGuard.TryAdd(mapping, out int entry))
        {
            mapping.Dispose();
            problem = $"more memory regions than the {TruncationGuard.Capacity} that all ports together can have";
            return null;
        }

        problem = "";
        return new GuardedMapping(mapping, entry);
    }

    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            TruncationGuard.Remove(_entry);
            _mapping.Dispose();
        }
    }
}
