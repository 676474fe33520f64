using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using NetworkingSfc.Control.Hosting;

namespace NetworkingSfc.Control.Tests.Http;

/// <summary>Sends bytes that no HTTP library would send.</summary>
internal static class RawClient
{
    private const int MaxAnswer = 1 << 16;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _silence = TimeSpan.FromMilliseconds(200);

    /// <summary>Connects to where the server listens: TCP, or its Unix socket, with TLS when an authority is given that vouches for it.</summary>
    public static async Task<Stream> ConnectAsync(ControlHost host, X509Certificate2? authority = null)
    {
        Socket socket;
        if (host.ListeningOn.StartsWith("unix:", StringComparison.Ordinal))
        {
            socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(host.ListeningOn["unix:".Length..]), TestContext.Current.CancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }

        socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(host.Address.Host, host.Address.Port, TestContext.Current.CancellationToken);
        NetworkStream plain = new(socket, ownsSocket: true);
        if (authority is null)
        {
            return plain;
        }

        X509ChainPolicy policy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(authority);
        SslStream tls = new(plain);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = host.Address.Host, CertificateChainPolicy = policy }, TestContext.Current.CancellationToken);
        return tls;
    }

    /// <summary>Reads until the server closes, which it must.</summary>
    public static async Task<string> ReadToCloseAsync(Stream connection)
    {
        using CancellationTokenSource patience = new(_patience);
        using MemoryStream answer = new();
        await connection.CopyToAsync(answer, patience.Token);
        return Encoding.Latin1.GetString(answer.ToArray());
    }

    /// <summary>
    /// Sends the bytes and reads until the server closes or has nothing more to say; "" when it just closes. The sending side
    /// stays open: a server may drop the answer to a client that has left.
    /// </summary>
    public static async Task<string> SendAsync(ControlHost host, byte[] request)
    {
        using TcpClient client = new();
        await client.ConnectAsync(host.Address.Host, host.Address.Port, TestContext.Current.CancellationToken);
        NetworkStream stream = client.GetStream();
        byte[] answer = new byte[MaxAnswer];
        int length = 0;
        try
        {
            await stream.WriteAsync(request, TestContext.Current.CancellationToken);
            while (length < answer.Length)
            {
                using CancellationTokenSource silence = new(length == 0 ? _patience : _silence);
                int read = await stream.ReadAsync(answer.AsMemory(length), silence.Token);
                if (read == 0)
                {
                    break;
                }

                length += read;
            }
        }
        catch (OperationCanceledException)
        {
            Assert.True(length > 0, "The server neither answers nor closes.");
        }
        catch (IOException)
        {
            // The server closed while it was still being sent to; what it said before counts.
        }

        return Encoding.UTF8.GetString(answer, 0, length);
    }
}
