using System.Net.Sockets;
using System.Runtime.InteropServices;
using NetworkingSfc.Dataplane.Ports.Linux;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;
using NetworkingSfc.Dataplane.Ports.Memif.Messages;

namespace NetworkingSfc.Dataplane.Ports.Memif;

/// <summary>The control connection to a peer: whole messages, each with one descriptor at most. Used by one thread at a time.</summary>
internal sealed class MemifChannel : IDisposable
{
    private readonly Socket _socket;

    // One byte more than a message has, so that a longer one is told from it.
    private readonly byte[] _message = new byte[MemifMessage.Bytes + 1];
    private readonly List<FileDescriptor> _descriptors = [];

    /// <summary>Takes over a connected socket.</summary>
    public MemifChannel(Socket socket)
    {
        _socket = socket;
        _socket.Blocking = false;
    }

    /// <summary>To be waited for with others; <see cref="Receive"/> when it is ready.</summary>
    public DescriptorPoll.Entry Entry => new() { Descriptor = (int)_socket.Handle, Events = DescriptorPoll.Readable };

    /// <summary>The last message received.</summary>
    public ReadOnlySpan<byte> Message => _message.AsSpan(0, MemifMessage.Bytes);

    /// <summary>Sends a message. A peer that does not take it is not waited for.</summary>
    /// <exception cref="MemifPeerException">The peer has gone or does not read.</exception>
    public void Send(ReadOnlySpan<byte> message, params ReadOnlySpan<FileDescriptor> descriptors)
    {
        if (DescriptorSocket.Send(_socket, message, descriptors) != message.Length)
        {
            throw new MemifPeerException($"the peer takes no messages: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    /// <summary>Takes the message that has come, or learns that none will. Does not wait.</summary>
    /// <returns>Its type.</returns>
    /// <exception cref="MemifPeerException">The peer has gone, ended the connection, or sent what is no message.</exception>
    public MemifMessageType Receive()
    {
        DropDescriptors();
        int received = DescriptorSocket.Receive(_socket, _message, _descriptors);
        if (received == MemifMessage.Bytes && _descriptors.Count <= 1)
        {
            MemifMessageType type = MemifMessage.TypeOf(_message);
            return type != MemifMessageType.Disconnect ? type : throw new MemifPeerException(
                $"the peer ended the connection with the reason '{DisconnectMessage.ReasonOf(_message)}'");
        }

        throw received switch
        {
            0 => new MemifPeerException("the peer has gone"),
            < 0 when Marshal.GetLastPInvokeError() is not LinuxError.MessageTooLong => new MemifPeerException(
                $"the peer cannot be read any more: {Marshal.GetLastPInvokeErrorMessage()}"),
            _ => MemifPeerException.Broken("a message has 128 bytes and one descriptor at most"),
        };
    }

    /// <summary>Waits for the next message.</summary>
    /// <param name="wake">Ends the wait when it stops.</param>
    /// <param name="deadline">Latest time, in <see cref="Environment.TickCount64"/>.</param>
    /// <exception cref="MemifPeerException">As <see cref="Receive"/>, and when none came in time or the wait was stopped.</exception>
    public MemifMessageType Await(ControlWake wake, long deadline)
    {
        Span<DescriptorPoll.Entry> entries = [Entry, wake.Entry];
        while (!wake.IsStopped)
        {
            long left = deadline - Environment.TickCount64;
            if (left <= 0)
            {
                throw new MemifPeerException("the peer did not answer in time", "no message came in time");
            }

            if (!DescriptorPoll.Wait(entries, (int)left))
            {
                continue;
            }

            if (entries[0].IsReady)
            {
                return Receive();
            }

            wake.Clear();
        }

        throw new MemifPeerException("the port is being closed", "the port is being closed");
    }

    /// <summary>The descriptor that came with the last message, now the caller's, or null.</summary>
    public FileDescriptor? TakeDescriptor()
    {
        FileDescriptor? descriptor = _descriptors.Count > 0 ? _descriptors[0] : null;
        _descriptors.Clear();
        return descriptor;
    }

    /// <summary>Says why, if the peer still listens, and closes.</summary>
    public void End(string? reason)
    {
        if (reason is not null)
        {
            // Whether the peer takes it makes no difference any more.
            _ = DescriptorSocket.Send(_socket, DisconnectMessage.Write(reason));
        }

        Dispose();
    }

    public void Dispose()
    {
        DropDescriptors();
        _socket.Dispose();
    }

    private void DropDescriptors()
    {
        _descriptors.ForEach(descriptor => descriptor.Dispose());
        _descriptors.Clear();
    }
}
