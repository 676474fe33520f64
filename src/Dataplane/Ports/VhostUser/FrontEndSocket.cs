using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using NetworkingSfc.Dataplane.Ports.Linux;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;
using NetworkingSfc.Dataplane.Ports.VhostUser.Interop;

namespace NetworkingSfc.Dataplane.Ports.VhostUser;

/// <summary>A connection to a front end: messages come in whatever pieces it sends, and nothing waits for the rest.</summary>
internal sealed class FrontEndSocket : IDisposable
{
    private const string TooManyDescriptors = "it sent more descriptors than a request has, or than this process can have";

    private readonly byte[] _message = new byte[FrontEndMessage.HeaderBytes + FrontEndMessage.MaxPayloadBytes];
    private readonly byte[] _reply = new byte[FrontEndMessage.HeaderBytes + FrontEndMessage.MaxPayloadBytes];
    private int _length;

    /// <summary>Takes over a connected socket.</summary>
    public FrontEndSocket(Socket socket)
    {
        Socket = socket;
        Socket.Blocking = false;
    }

    /// <summary>The socket.</summary>
    public Socket Socket { get; }

    /// <summary>Request of the message that <see cref="TryRead"/> has completed.</summary>
    public int Request => BinaryPrimitives.ReadInt32LittleEndian(_message);

    /// <summary>Its flags.</summary>
    public uint Flags => BinaryPrimitives.ReadUInt32LittleEndian(_message.AsSpan(4));

    /// <summary>Its payload.</summary>
    public ReadOnlySpan<byte> Payload => _message.AsSpan(FrontEndMessage.HeaderBytes, (int)PayloadBytes);

    /// <summary>Descriptors that came with it. Who keeps one takes it out.</summary>
    public List<FileDescriptor> Files { get; } = [];

    private uint PayloadBytes => BinaryPrimitives.ReadUInt32LittleEndian(_message.AsSpan(8));

    private int Expected => _length < FrontEndMessage.HeaderBytes ? FrontEndMessage.HeaderBytes : FrontEndMessage.HeaderBytes + (int)PayloadBytes;

    /// <summary>Reads what is there of the next message.</summary>
    /// <param name="end">Why the connection is over, when it is.</param>
    /// <returns>True when a message is whole; it is valid until <see cref="Next"/>.</returns>
    public bool TryRead(out string? end)
    {
        end = null;
        while (_length < Expected)
        {
            int received = DescriptorSocket.Receive(Socket, _message.AsSpan(_length, Expected - _length), Files);
            if (received <= 0)
            {
                int error = received == 0 ? 0 : Marshal.GetLastPInvokeError();
                if (error is not (LinuxError.TryAgain or LinuxError.Interrupted))
                {
                    end = error is LinuxError.MessageTooLong or LinuxError.NoDescriptor ? TooManyDescriptors : "it closed the connection";
                }

                return false;
            }

            _length += received;
            end = Problem();
            if (end is not null)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Forgets the message that was read, with what is left of its descriptors.</summary>
    public void Next()
    {
        Files.ForEach(file => file.Dispose());
        Files.Clear();
        _length = 0;
    }

    /// <summary>Answers the message that was read.</summary>
    /// <returns>False when the front end does not take answers.</returns>
    public bool TryReply(ReadOnlySpan<byte> payload)
    {
        int length = FrontEndMessage.WriteReply(_reply, Request, payload);
        return DescriptorSocket.Send(Socket, _reply.AsSpan(0, length)) == length;
    }

    /// <summary>Answers with a number of 8 bytes.</summary>
    /// <returns>False when the front end does not take answers.</returns>
    public bool TryReply(ulong number)
    {
        Span<byte> payload = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(payload, number);
        return TryReply(payload);
    }

    public void Dispose()
    {
        Next();
        Socket.Dispose();
    }

    private string? Problem()
    {
        if (Files.Count > GuestMemory.MaxRegions)
        {
            return TooManyDescriptors;
        }

        if (_length < FrontEndMessage.HeaderBytes)
        {
            return null;
        }

        if (!FrontEndMessage.IsRequest(Flags))
        {
            return $"it sent the flags 0x{Flags:x}, which no request has";
        }

        return PayloadBytes > FrontEndMessage.MaxPayloadBytes ? $"it announced {PayloadBytes} bytes of payload" : null;
    }
}
