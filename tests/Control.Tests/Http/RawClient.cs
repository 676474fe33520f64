using System.Net.Sockets;
using System.Text;
using NetworkingSfc.Control.Hosting;

namespace NetworkingSfc.Control.Tests.Http;

/// <summary>Sends bytes that no HTTP library would send.</summary>
internal static class RawClient
{
    private const int MaxAnswer = 1 << 16;

    /// <summary>Sends the bytes, ends the sending side, and reads until the server closes; "" when it just closes.</summary>
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
            client.Client.Shutdown(SocketShutdown.Send);
            int read;
            while (length < answer.Length && (read = await stream.ReadAsync(answer.AsMemory(length), TestContext.Current.CancellationToken)) > 0)
            {
                length += read;
            }
        }
        catch (IOException)
        {
            // The server closed while it was still being sent to; what it said before counts.
        }

        return Encoding.UTF8.GetString(answer, 0, length);
    }
}
