using System.Net.Sockets;
using System.Runtime.Versioning;
using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Control.Tests.Hosting;

[SupportedOSPlatform("linux")]
public sealed class UnixSocketTests : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryFolder _folder = new();

    private string SocketFile => _folder.File("sfc.sock");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Owner)]
    [InlineData(Owner | UnixFileMode.GroupRead | UnixFileMode.GroupWrite)]
    public async Task Serves_those_whom_the_mode_allows_and_leaves_nothing_behind(UnixFileMode mode)
    {
        await using (ControlHost host = await StartAsync(mode))
        {
            Assert.Equal($"unix:{SocketFile}", host.ListeningOn);
            Assert.Equal(mode, File.GetUnixFileMode(SocketFile));
            Assert.Equal("{\"networks\":[]}", await GetNetworksAsync());
            Assert.Equal([SocketFile], Directory.GetFileSystemEntries(_folder.Path));
        }

        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task The_file_of_a_dead_server_is_replaced()
    {
        LeaveDeadSocket();
        await using ControlHost host = await StartAsync();
        Assert.Equal("{\"networks\":[]}", await GetNetworksAsync());
    }

    [Fact]
    public async Task A_live_server_keeps_its_socket()
    {
        await using ControlHost first = await StartAsync();
        StartRefusedException refused = await Assert.ThrowsAsync<StartRefusedException>(() => StartAsync());
        Assert.Contains("another server listens there", refused.Message, StringComparison.Ordinal);
        Assert.Equal("{\"networks\":[]}", await GetNetworksAsync());
    }

    [Fact]
    public async Task Of_many_that_start_at_once_one_gets_the_socket_of_a_dead_server()
    {
        LeaveDeadSocket();
        ControlHost?[] hosts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            try
            {
                return await StartAsync();
            }
            catch (StartRefusedException)
            {
                return null;
            }
        })));
        ControlHost winner = Assert.Single(hosts, host => host is not null)!;
        Assert.Equal("{\"networks\":[]}", await GetNetworksAsync());
        await winner.DisposeAsync();
    }

    [Fact]
    public async Task A_file_that_is_no_socket_is_left_alone()
    {
        foreach (string text in new[] { "", "something" })
        {
            await File.WriteAllTextAsync(SocketFile, text, TestContext.Current.CancellationToken);
            await Assert.ThrowsAsync<StartRefusedException>(() => StartAsync());
            Assert.Equal(text, await File.ReadAllTextAsync(SocketFile, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_refused()
    {
        ControlHostOptions options = new() { Listen = ListenAddress.Parse($"unix:{_folder.File("nosuch")}/sfc.sock") };
        StartRefusedException refused = await Assert.ThrowsAsync<StartRefusedException>(() => TestHost.StartAtAsync(options));
        Assert.Contains("nosuch", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>A name that nobody listens at any more, as a killed server leaves it: the runtime removes the name it bound, not another one.</summary>
    private void LeaveDeadSocket()
    {
        using Socket dead = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        dead.Bind(new UnixDomainSocketEndPoint(SocketFile + ".bound"));
        File.Move(SocketFile + ".bound", SocketFile);
    }

    private Task<ControlHost> StartAsync(UnixFileMode mode = Owner) =>
        TestHost.StartAtAsync(new ControlHostOptions { Listen = ListenAddress.Parse($"unix:{SocketFile}"), SocketMode = mode });

    private async Task<string> GetNetworksAsync()
    {
        using SocketsHttpHandler handler = new()
        {
            ConnectCallback = async (_, cancellation) =>
            {
                Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketFile), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using HttpClient client = new(handler);
        return await client.GetStringAsync("http://local/v2.0/networks", TestContext.Current.CancellationToken);
    }
}
