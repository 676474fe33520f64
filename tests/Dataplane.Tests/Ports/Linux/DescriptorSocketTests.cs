using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using NetworkingSfc.Dataplane.Ports.Linux;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports.Linux;

public sealed class DescriptorSocketTests : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sfc-descriptors-");
    private readonly Socket _listener;
    private readonly Socket _near;
    private readonly Socket _far;

    public DescriptorSocketTests()
    {
        UnixDomainSocketEndPoint path = new(Path.Combine(_folder.FullName, "s"));
        _listener = UnixSocket.Listen(path, Owner, SocketType.Seqpacket);
        _near = new Socket(AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified);
        _near.Connect(path);
        _far = _listener.Accept();
    }

    public void Dispose()
    {
        _near.Dispose();
        _far.Dispose();
        _listener.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(DescriptorSocket.MaxDescriptors)]
    public void Bytes_and_descriptors_arrive_together(int count)
    {
        byte[] message = [1, 2, 3, 4, 5];
        FileDescriptor[] sent = [.. Enumerable.Range(0, count).Select(index => MemoryFile.Create("test", 4096 * (index + 1)))];

        Assert.Equal(message.Length, DescriptorSocket.Send(_near, message, sent));
        List<FileDescriptor> received = [];
        byte[] buffer = new byte[64];
        Assert.Equal(message.Length, DescriptorSocket.Receive(_far, buffer, received));

        Assert.Equal(message, buffer[..message.Length]);
        Assert.Equal(sent.Select(MemoryFile.LengthOf), received.Select(MemoryFile.LengthOf));
        Assert.All(received, descriptor => Assert.DoesNotContain(sent, other => other.Number == descriptor.Number));
        Close(sent);
        Close(received);
    }

    [Fact]
    public void What_one_side_writes_into_a_mapping_the_other_reads()
    {
        using FileDescriptor file = MemoryFile.Create("test", 8192);
        DescriptorSocket.Send(_near, [0], file);
        List<FileDescriptor> received = [];
        DescriptorSocket.Receive(_far, new byte[1], received);

        using MemoryMapping mine = MemoryMapping.TryMap(file, 8192, 0, populate: true, out _)!;
        using MemoryMapping theirs = MemoryMapping.TryMap(received[0], 8192, 0, populate: false, out _)!;
        Close(received);
        mine.Span(8190, 2).Fill(0x5a);

        Assert.Equal([0x5a, 0x5a], theirs.Span(8190, 2).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => theirs.Span(8191, 2).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => theirs.Span(-1, 1).Length);
    }

    [Fact]
    public void A_message_that_does_not_fit_is_an_error_and_leaves_no_descriptor_open()
    {
        using FileDescriptor file = MemoryFile.Create("test", 4096);
        DescriptorSocket.Send(_near, new byte[10], file, file);
        int before = OpenDescriptors();
        List<FileDescriptor> received = [];

        Assert.Equal(-1, DescriptorSocket.Receive(_far, new byte[9], received));

        Assert.Equal(LinuxError.MessageTooLong, Marshal.GetLastPInvokeError());
        Assert.Empty(received);
        Assert.Equal(before, OpenDescriptors());
    }

    [Fact]
    public void A_peer_that_has_closed_is_the_end_for_the_receiver_and_an_error_for_the_sender()
    {
        _near.Dispose();

        Assert.Equal(0, DescriptorSocket.Receive(_far, new byte[1], []));
        Assert.Equal(-1, DescriptorSocket.Send(_far, [1]));
    }

    [Fact]
    public void An_event_wakes_nobody_in_vain_and_never_blocks()
    {
        using FileDescriptor wake = EventDescriptor.Create();
        EventDescriptor.Signal(wake);
        EventDescriptor.Signal(wake);

        Assert.Equal(2UL, ReadEvent(wake));
        Assert.Null(ReadEvent(wake));
    }

    // Null when the event has not been signalled.
    private static ulong? ReadEvent(FileDescriptor descriptor)
    {
        using FileStream stream = new(new SafeFileHandle(descriptor.Number, ownsHandle: false), FileAccess.Read, bufferSize: 0);
        byte[] value = new byte[sizeof(ulong)];
        try
        {
            stream.ReadExactly(value);
            return BitConverter.ToUInt64(value);
        }
        catch (IOException)
        {
            return null;
        }
    }

    // Other tests open and close theirs meanwhile; a link that has gone has no target.
    private static int OpenDescriptors() => Directory.GetFileSystemEntries("/proc/self/fd")
        .Count(entry => new FileInfo(entry).LinkTarget?.Contains("memfd:test", StringComparison.Ordinal) == true);

    private static void Close(IEnumerable<FileDescriptor> descriptors)
    {
        foreach (FileDescriptor descriptor in descriptors)
        {
            descriptor.Dispose();
        }
    }
}
