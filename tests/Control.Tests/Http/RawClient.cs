using System.Net.Sockets;
using System.Text;
using NetworkingSfc.Control.Hosting;

namespace NetworkingSfc.Control.Tests.Http;

/// <summary>Sends bytes that no HTTP library would send.</summary>
internal static class RawClient
{
    private const int MaxAnswer = 1 << 16;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _silence = TimeSpan.FromMilliseconds(200);

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
