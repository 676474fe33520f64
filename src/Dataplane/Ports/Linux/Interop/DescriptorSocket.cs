using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace NetworkingSfc.Dataplane.Ports.Linux.Interop;

/// <summary>Messages with file descriptors over a Unix socket (SCM_RIGHTS, unix(7)), which <see cref="Socket"/> cannot send or receive.</summary>
internal static unsafe class DescriptorSocket
{
    /// <summary>Descriptors that one message may carry here; Linux allows 253, vhost-user and memif need 8 at most.</summary>
    public const int MaxDescriptors = 16;

    private const int SocketLevel = 1;
    private const int Rights = 1;
    private const int ControlHeaderBytes = 16;
    private const int ControlBytes = ControlHeaderBytes + (MaxDescriptors * sizeof(int));

    /// <summary>Receives bytes and the descriptors that came with them. Waits unless the socket does not.</summary>
    /// <param name="socket">A connected Unix socket.</param>
    /// <param name="bytes">Where the bytes go.</param>
    /// <param name="descriptors">Gets what came, the caller's to dispose.</param>
    /// <returns>
    /// Bytes received; 0 when the peer has closed; -1 for an error (number in <see cref="Marshal.GetLastPInvokeError"/>,
    /// EMSGSIZE when bytes or descriptors were cut off, EMFILE when they are among the last of the process; none is left open then).
    /// </returns>
    public static int Receive(Socket socket, Span<byte> bytes, List<FileDescriptor> descriptors)
    {
        long* control = stackalloc long[(ControlBytes + sizeof(long) - 1) / sizeof(long)];
        fixed (byte* data = bytes)
        {
            LinuxInterop.Vector vector = new() { Base = data, Length = (nuint)bytes.Length };
            LinuxInterop.MessageHeader message = new() { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = ControlBytes };
            int received = (int)LinuxInterop.ReceiveMessage((int)socket.Handle, ref message, LinuxInterop.CloseReceivedOnExec);
            GC.KeepAlive(socket);
            if (received < 0)
            {
                return received;
            }

            TakeDescriptors((byte*)control, (int)message.ControlLength, descriptors);
            bool isCut = (message.Flags & (LinuxInterop.DescriptorsCut | LinuxInterop.BytesCut)) != 0;
            if (!isCut && !descriptors.Exists(DescriptorHeadroom.IsReachedBy))
            {
                return received;
            }

            descriptors.ForEach(descriptor => descriptor.Dispose());
            descriptors.Clear();
            Marshal.SetLastPInvokeError(isCut ? LinuxError.MessageTooLong : LinuxError.NoDescriptor);
            return -1;
        }
    }

    /// <summary>Sends bytes with descriptors. The descriptors stay the caller's.</summary>
    /// <param name="socket">A connected Unix socket.</param>
    /// <param name="bytes">1 byte or more.</param>
    /// <param name="descriptors">At most <see cref="MaxDescriptors"/>.</param>
    /// <returns>Bytes sent, or -1 for an error, its number in <see cref="Marshal.GetLastPInvokeError"/>.</returns>
    public static int Send(Socket socket, ReadOnlySpan<byte> bytes, params ReadOnlySpan<FileDescriptor> descriptors)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(descriptors.Length, MaxDescriptors);
        long* control = stackalloc long[(ControlBytes + sizeof(long) - 1) / sizeof(long)];
        int controlBytes = 0;
        if (!descriptors.IsEmpty)
        {
            // struct cmsghdr: length of header and data (8), level (4), type (4), then the numbers.
            *control = ControlHeaderBytes + (descriptors.Length * sizeof(int));
            int* words = (int*)control;
            words[2] = SocketLevel;
            words[3] = Rights;
            for (int index = 0; index < descriptors.Length; index++)
            {
                words[4 + index] = descriptors[index].Number;
            }

            controlBytes = ((int)*control + sizeof(long) - 1) & -sizeof(long);
        }

        fixed (byte* data = bytes)
        {
            LinuxInterop.Vector vector = new() { Base = data, Length = (nuint)bytes.Length };
            LinuxInterop.MessageHeader message = new()
            {
                Vectors = &vector,
                VectorCount = 1,
                Control = controlBytes == 0 ? null : control,
                ControlLength = (nuint)controlBytes,
            };
            int sent = (int)LinuxInterop.SendMessage((int)socket.Handle, ref message, LinuxInterop.NoSignal);
            GC.KeepAlive(socket);
            foreach (FileDescriptor descriptor in descriptors)
            {
                GC.KeepAlive(descriptor);
            }

            return sent;
        }
    }

    // Bounds: the kernel wrote the control bytes and says how many; each header's length is checked against them.
    private static void TakeDescriptors(byte* control, int length, List<FileDescriptor> descriptors)
    {
        for (int offset = 0; offset + ControlHeaderBytes <= length;)
        {
            long bytes = *(long*)(control + offset);
            if (bytes < ControlHeaderBytes || bytes > length - offset)
            {
                return;
            }

            int* words = (int*)(control + offset);
            if (words[2] == SocketLevel && words[3] == Rights)
            {
                for (int index = 0; index < (bytes - ControlHeaderBytes) / sizeof(int); index++)
                {
                    descriptors.Add(new FileDescriptor(words[4 + index]));
                }
            }

            offset += (int)((bytes + sizeof(long) - 1) & -sizeof(long));
        }
    }
}
