using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using NetworkingSfc.Control.Hosting;

namespace NetworkingSfc.Control.Tests.Hosting;

/// <summary>A body that does not arrive is in RequestLimitsTests.</summary>
public sealed class SlowClientTests
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(0.5);

    [Theory]
    [InlineData("")]
    [InlineData("GET /v2.0/networks HTTP/1.1\r\nHost: x\r\n")]
    [InlineData("GE")]
    public async Task A_head_that_does_not_arrive_is_cut_off(string head)
    {
        await using ControlHost host = await TestHost.StartAsync(new ControlHostOptions { RequestTimeout = _timeout });
        using TcpClient client = await ConnectAsync(host);
        Stopwatch clock = Stopwatch.StartNew();
        string answer = await ExchangeAsync(client, head);
        Assert.True(clock.Elapsed > _timeout / 2, $"Cut off after {clock.Elapsed} already.");
        Assert.DoesNotContain(" 200 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_that_trickles_is_cut_off()
    {
        await using ControlHost host = await TestHost.StartAsync(new ControlHostOptions { RequestTimeout = _timeout });
        using TcpClient client = await ConnectAsync(host);
        NetworkStream stream = client.GetStream();
        Task<int> answer = stream.ReadAsync(new byte[64], TestContext.Current.CancellationToken).AsTask();
        for (int sent = 0; sent < 100 && !answer.IsCompleted; sent++)
        {
            try
            {
                await stream.WriteAsync("G"u8.ToArray(), TestContext.Current.CancellationToken);
            }
            catch (IOException)
            {
                break;
            }

            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.True(answer.IsCompleted, "100 bytes in 10 s were waited for.");
    }

    [Fact]
    public async Task A_body_that_trickles_is_cut_off()
    {
        await using ControlHost host = await TestHost.StartAsync(new ControlHostOptions { RequestTimeout = _timeout });
        using TcpClient client = await ConnectAsync(host);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes("POST /v2.0/networks HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"), TestContext.Current.CancellationToken);
        byte[] answer = new byte[512];
        Task<int> read = stream.ReadAsync(answer, TestContext.Current.CancellationToken).AsTask();
        for (int sent = 0; sent < 100 && !read.IsCompleted; sent++)
        {
            await stream.WriteAsync(" "u8.ToArray(), TestContext.Current.CancellationToken);
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.StartsWith("HTTP/1.1 408 ", Encoding.ASCII.GetString(answer, 0, await read), StringComparison.Ordinal);
    }

    private static async Task<TcpClient> ConnectAsync(ControlHost host)
    {
        TcpClient client = new();
        await client.ConnectAsync(host.Address.Host, host.Address.Port, TestContext.Current.CancellationToken);
        return client;
    }

    /// <summary>Sends, then reads until the server closes.</summary>
    private static async Task<string> ExchangeAsync(TcpClient client, string request)
    {
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        using StreamReader reader = new(stream);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
