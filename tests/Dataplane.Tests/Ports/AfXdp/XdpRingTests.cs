using System.Buffers.Binary;
using NetworkingSfc.Dataplane.Ports.AfXdp.Interop;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports.AfXdp;

/// <summary>A ring whose other side is the test: it reads and writes the same memory as the kernel would.</summary>
public sealed class XdpRingTests : IDisposable
{
    private const int Entries = 4;
    private const int Producer = 0;
    private const int Consumer = 64;
    private const int Flags = 128;
    private const int Descriptors = 256;
    private const int Bytes = Descriptors + (Entries * sizeof(ulong));

    private readonly FileDescriptor _file = MemoryFile.Create("ring", Bytes);
    private readonly MemoryMapping _kernel;
    private readonly XdpRing<ulong> _ring;

    public XdpRingTests()
    {
        _kernel = MemoryMapping.TryMap(_file, Bytes, 0, populate: false, out _)!;
        XdpInterop.RingOffsets offsets = new() { Producer = Producer, Consumer = Consumer, Flags = Flags, Descriptors = Descriptors };
        _ring = XdpRing<ulong>.TryMap(_file, 0, offsets, Entries, out _)!;
    }

    public void Dispose()
    {
        _ring.Dispose();
        _kernel.Dispose();
        _file.Dispose();
    }

    [Fact]
    public void What_is_written_is_seen_when_published_and_never_over_what_was_not_taken()
    {
        for (uint round = 0; round < 20; round++)
        {
            Assert.Equal(3, _ring.Room(3));
            for (ulong entry = 0; entry < 3; entry++)
            {
                _ring.Write((100 * round) + entry);
            }

            Assert.Equal(3 * round, Read(Producer));
            _ring.Publish();
            Assert.Equal(3 * (round + 1), Read(Producer));
            Assert.True(_ring.HasUntaken);
            Assert.Equal(1, _ring.Room(3));
            Assert.Equal([(100 * round), (100 * round) + 1, (100 * round) + 2], Enumerable.Range(0, 3).Select(entry => Entry((3 * round) + (uint)entry)));

            Set(Consumer, 3 * (round + 1));
            Assert.False(_ring.HasUntaken);
            Assert.Equal(3 * (round + 1), _ring.Taken);
        }
    }

    [Fact]
    public void What_the_kernel_writes_is_taken_once_and_its_room_given_back()
    {
        for (uint round = 0; round < 20; round++)
        {
            Assert.Equal(0, _ring.Available(4));
            for (uint entry = 0; entry < 4; entry++)
            {
                SetEntry((4 * round) + entry, (100 * round) + entry);
            }

            Set(Producer, 4 * (round + 1));
            Assert.Equal(2, _ring.Available(2));
            Assert.Equal(4, _ring.Available(9));
            Assert.Equal([(100 * round), (100 * round) + 3], [_ring.Peek(0), _ring.Peek(3)]);
            _ring.Take(4);
            Assert.Equal(4 * round, Read(Consumer));
            _ring.Release();
            Assert.Equal(4 * (round + 1), Read(Consumer));
        }
    }

    [Fact]
    public void The_kernel_asks_to_be_woken_by_a_flag()
    {
        Assert.False(_ring.NeedsWakeup);
        Set(Flags, 1);
        Assert.True(_ring.NeedsWakeup);
        Set(Flags, 2);
        Assert.False(_ring.NeedsWakeup);
    }

    private uint Read(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(_kernel.Span(offset, sizeof(uint)));

    private void Set(int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(_kernel.Span(offset, sizeof(uint)), value);

    private ulong Entry(uint position) => BinaryPrimitives.ReadUInt64LittleEndian(_kernel.Span(Descriptors + (sizeof(ulong) * (position % Entries)), sizeof(ulong)));

    private void SetEntry(uint position, ulong value) =>
        BinaryPrimitives.WriteUInt64LittleEndian(_kernel.Span(Descriptors + (sizeof(ulong) * (position % Entries)), sizeof(ulong)), value);
}
