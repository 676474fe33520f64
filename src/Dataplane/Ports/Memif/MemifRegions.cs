using System.Runtime.InteropServices;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;
using NetworkingSfc.Dataplane.Ports.Memif.Interop;
using NetworkingSfc.Dataplane.Ports.Memif.Messages;

namespace NetworkingSfc.Dataplane.Ports.Memif;

/// <summary>The memory that a client shares with us, region by region as it is added: everything is checked before it is mapped.</summary>
/// <param name="trustsPeer">Whether memory is taken that the peer could make shorter.</param>
internal sealed class MemifRegions(bool trustsPeer) : IDisposable
{
    /// <summary>Largest number of a region.</summary>
    public const ushort MaxRegion = 63;

    /// <summary>
    /// Bytes of all regions. Pages that a peer never touched are made when we read them, at our cost: this is the limit of it.
    /// </summary>
    public const long MaxBytes = 4L * 1024 * 1024 * 1024;

    private readonly bool _trustsPeer = trustsPeer;
    private readonly List<MemoryMapping> _mappings = [];
    private long _bytes;

    /// <summary>Maps a region.</summary>
    /// <param name="region">What the peer says of it.</param>
    /// <param name="file">What came with the message; the caller's to dispose.</param>
    /// <exception cref="MemifPeerException">It cannot be used.</exception>
    public void Add(AddRegionMessage region, FileDescriptor? file)
    {
        if (file is null)
        {
            throw MemifPeerException.Broken("a region comes with a descriptor");
        }

        if (region.Index != _mappings.Count || region.Index > MaxRegion)
        {
            throw MemifPeerException.Broken($"regions are added in order, 0 to {MaxRegion}");
        }

        if (region.Size is 0 or > int.MaxValue || (long)region.Size > MaxBytes - _bytes)
        {
            throw MemifPeerException.Broken($"a region has 1 to {int.MaxValue} bytes, all together {MaxBytes}");
        }

        // The seal comes before the length is looked at: from then on it stays.
        if (!_trustsPeer && !MemoryFile.TryKeepLength(file))
        {
            throw MemifPeerException.Broken("a region is a memory file of ordinary pages that can be sealed against shrinking");
        }

        if (MemoryFile.LengthOf(file) < (long)region.Size)
        {
            throw MemifPeerException.Broken("a region is no longer than its file");
        }

        MemoryMapping mapping = MemoryMapping.TryMap(file, (long)region.Size, offset: 0, populate: false, out int error)
            ?? throw MemifPeerException.Broken($"a region can be mapped ({Marshal.GetPInvokeErrorMessage(error)})");
        _mappings.Add(mapping);
        _bytes += mapping.Length;
    }

    /// <summary>All regions, now the caller's.</summary>
    public MemifMemory Take()
    {
        MemifMemory memory = new(_mappings);
        _mappings.Clear();
        return memory;
    }

    public void Dispose()
    {
        _mappings.ForEach(mapping => mapping.Dispose());
        _mappings.Clear();
    }
}
