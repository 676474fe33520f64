using System.Net.Sockets;

namespace NetworkingSfc.Dataplane.Ports.Linux;

/// <summary>
/// Takes the path of a Unix socket. A server that lives keeps its path; the file that a dead one left is replaced.
/// The runtime removes the file when the socket is closed.
/// </summary>
public static class UnixSocket
{
    private const int Backlog = 512;

    /// <summary>ENXIO of open(2).</summary>
    private const int NoSuchDeviceOrAddress = 6;

    /// <summary>A socket that listens at the path and that only those whom the mode allows can connect to.</summary>
    /// <param name="endpoint">The path.</param>
    /// <param name="mode">Mode of the socket's file.</param>
    /// <param name="type">Bytes (<see cref="SocketType.Stream"/>) or messages (<see cref="SocketType.Seqpacket"/>).</param>
    /// <exception cref="SocketPathException">Somebody listens there, or the path cannot be used.</exception>
    public static Socket Listen(UnixDomainSocketEndPoint endpoint, UnixFileMode mode, SocketType type = SocketType.Stream)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        string path = endpoint.ToString();

        // Two servers that start at once must not both find the same dead file: the second would remove the first one's.
        using FileStream turn = TakeTurn(path);
        RemoveDead(endpoint, path, type);
        Socket socket = new(AddressFamily.Unix, type, ProtocolType.Unspecified);
        try
        {
            // Nobody can connect before the socket listens, so there is no moment in which the mode is another.
            socket.Bind(endpoint);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, mode);
            }

            socket.Listen(Backlog);
            return socket;
        }
        catch (Exception failure)
        {
            socket.Dispose();
            throw failure is SocketException or IOException or UnauthorizedAccessException ? Refused(path, failure.Message) : failure;
        }
    }

    private static FileStream TakeTurn(string path)
    {
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Refused(path, failure.Message);
        }
    }

    private static void RemoveDead(UnixDomainSocketEndPoint endpoint, string path, SocketType type)
    {
        if (!Path.Exists(path))
        {
            return;
        }

        // A server that lives but does not get around to accepting is not waited for.
        using Socket probe = new(AddressFamily.Unix, type, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            probe.Connect(endpoint);
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.ConnectionRefused && IsSocket(path))
        {
            File.Delete(path);
            return;
        }
        catch (SocketException failure)
        {
            throw Refused(path, failure.SocketErrorCode == SocketError.ConnectionRefused ? "there is a file that is not a socket, or not this user's" : failure.Message);
        }

        throw Refused(path, "another server listens there");
    }

    /// <summary>.NET does not tell sockets from other files. The system does: a socket is what cannot be opened for this reason.</summary>
    private static bool IsSocket(string path)
    {
        try
        {
            // For reading and writing, because opening a named pipe for one of them waits for the other end.
            new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite).Dispose();
            return false;
        }
        catch (IOException failure)
        {
            return failure.HResult == NoSuchDeviceOrAddress;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static SocketPathException Refused(string path, string reason) =>
        new($"Cannot listen on unix:{path}: {reason.TrimEnd('.')}. Accepted is a path that nobody listens at, in a directory that can be written.");
}
