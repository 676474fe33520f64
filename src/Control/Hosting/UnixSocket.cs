using System.Net.Sockets;

namespace NetworkingSfc.Control.Hosting;

/// <summary>
/// Takes the path of a Unix socket. A server that lives keeps its path; the file that a dead one left is replaced.
/// The runtime removes the file when the socket is closed.
/// </summary>
internal static class UnixSocket
{
    private const int Backlog = 512;

    /// <summary>A socket that listens at the path and that only those whom the mode allows can connect to.</summary>
    public static Socket Listen(UnixDomainSocketEndPoint endpoint, UnixFileMode mode)
    {
        string path = endpoint.ToString();

        // Two servers that start at once must not both find the same dead file: the second would remove the first one's.
        using FileStream turn = TakeTurn(path);
        RemoveDead(endpoint, path);
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
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

    private static void RemoveDead(UnixDomainSocketEndPoint endpoint, string path)
    {
        if (!Path.Exists(path))
        {
            return;
        }

        using Socket probe = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
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
            throw Refused(path, IsSocket(path) ? failure.Message : "there is a file that is not a socket");
        }

        throw Refused(path, "another server listens there");
    }

    /// <summary>Sockets have neither content nor one of the kinds that .NET tells apart.</summary>
    private static bool IsSocket(string path) => File.GetAttributes(path) == FileAttributes.Normal && new FileInfo(path).Length == 0;

    private static StartRefusedException Refused(string path, string reason) =>
        new($"Cannot listen on unix:{path}: {reason.TrimEnd('.')}. Accepted is a path that nobody listens at, in a directory that can be written.");
}
