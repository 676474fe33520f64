using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using NetworkingSfc.Dataplane.Channel;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Ports.Linux;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Tests.Steering;
using NetworkingSfc.Dataplane.Workers;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Channel;

/// <summary>The forward role in this process, from the other end of its socket.</summary>
public sealed class ForwardProcessTests : IDisposable
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentQueue<string> _log = [];

    private string SocketPath => _folder.File("forward.sock");

    private string SnapshotPath => _folder.File(SnapshotFile.FileName);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_is_sent_is_taken_up_by_every_worker_and_told()
    {
        await using ForwardProcess forwarder = Start(workers: 2);
        await using TestControl control = await TestControl.GreetAsync(SocketPath);
        Assert.Equal((0UL, SocketPath + ".counters"), (control.Hello.Generation, control.Hello.CounterPath));

        await control.SendAsync(Definition(4));
        await control.AdoptedAsync(4);
        Assert.Equal([4UL, 4UL], forwarder.Adopted);

        SteeringDefinition next = Definition(5) with { HashSeed = 1 };
        await control.Connection.SendAsync(FrameType.Delta, EncodedBytes.Delta(Definition(4), next));
        await control.AdoptedAsync(5);
        Assert.Equal(EncodedBytes.Of(next), EncodedBytes.Of(forwarder.Definition));
        using CounterFile counters = CounterFile.Open(control.Hello.CounterPath);
        Assert.Equal((2, next.Ports.Length), (counters.Workers.Count, counters.Workers[1].ReceivedByPort.Length));
    }

    [Fact]
    public async Task A_delta_that_does_not_fit_asks_for_the_whole()
    {
        await using ForwardProcess forwarder = Start();
        await using TestControl control = await TestControl.GreetAsync(SocketPath);
        await control.SendAsync(Definition(4));
        await control.Connection.SendAsync(FrameType.Delta, EncodedBytes.Delta(Definition(6), Definition(7)));
        await control.ExpectAsync(FrameType.WholeWanted);
        await control.SendAsync(Definition(7));
        await control.AdoptedAsync(7);
    }

    [Fact]
    public async Task What_cannot_be_carried_out_is_refused_in_a_sentence_and_the_one_before_goes_on()
    {
        await using ForwardProcess forwarder = Start(capacity: new CounterCapacity(8, 4, 4));
        await using TestControl control = await TestControl.GreetAsync(SocketPath);
        await control.SendAsync(Definition(4));
        await control.AdoptedAsync(4);

        Assert.Contains("port 99", await RefusedAsync(Definition(5) with { Networks = [new NetworkDefinition(99)] }, 5), StringComparison.Ordinal);
        Assert.Contains("not later than generation 4", await RefusedAsync(Definition(4), 4), StringComparison.Ordinal);
        Assert.Contains("room for 8", await RefusedAsync(TestChain.Of(EncapsulationKind.Plain, EncapsulationKind.Plain, EncapsulationKind.Plain).Definition() with { Generation = 6 }, 6), StringComparison.Ordinal);
        Assert.Equal([4UL], forwarder.Adopted);
        await control.SendAsync(Definition(7));
        await control.AdoptedAsync(7);

        async Task<string> RefusedAsync(SteeringDefinition definition, ulong expected)
        {
            await control.SendAsync(definition);
            (ulong generation, string reason) = ChannelMessages.ReadRefused((await control.ExpectAsync(FrameType.Refused)).Payload);
            Assert.Equal(expected, generation);
            return reason;
        }
    }

    [Fact]
    public async Task A_second_control_process_is_refused_by_name_and_let_in_when_the_first_has_gone()
    {
        await using ForwardProcess forwarder = Start();
        TestControl first = await TestControl.GreetAsync(SocketPath);
        await using (TestControl second = TestControl.Connect(SocketPath))
        {
            await second.Connection.SendAsync(FrameType.Hello, ChannelMessages.Of(new Hello(0, 0, 0, "")));
            Assert.Contains($"control process {Environment.ProcessId} is connected", await second.GoodbyeAsync(), StringComparison.Ordinal);
        }

        await first.SendAsync(Definition(3));
        await first.AdoptedAsync(3);
        await first.DisposeAsync();
        await LoggedAsync("generation 3 goes on");
        await using TestControl third = await TestControl.GreetAsync(SocketPath);
        Assert.Equal((3UL, SnapshotDigest.Of(Definition(0))), (third.Hello.Generation, third.Hello.Digest));
    }

    [Fact]
    public async Task A_control_process_that_hangs_is_noticed_within_a_second_and_makes_room()
    {
        await using ForwardProcess forwarder = Start();

        // Greets and never says that it lives.
        await using TestControl silent = TestControl.Connect(SocketPath);
        await silent.Connection.SendAsync(FrameType.Hello, ChannelMessages.Of(new Hello(0, 0, 0, "")));
        await silent.ExpectAsync(FrameType.Hello);
        Stopwatch clock = Stopwatch.StartNew();
        await LoggedAsync("silent for 900 ms");
        Assert.InRange(clock.Elapsed, TimeSpan.FromMilliseconds(500), 2 * _second);
        await using TestControl next = await TestControl.GreetAsync(SocketPath);
    }

    [Fact]
    public async Task The_last_snapshot_is_forwarded_by_before_anybody_connects()
    {
        await using (ForwardProcess first = Start())
        {
            await using TestControl control = await TestControl.GreetAsync(SocketPath);
            await control.SendAsync(Definition(8) with { Legend = [1, 2, 3] });
            await control.AdoptedAsync(8);
        }

        await using ForwardProcess second = Start();
        await UntilAsync(() => second.Adopted is [8]);
        await using TestControl again = await TestControl.GreetAsync(SocketPath);
        Assert.Equal((8UL, SnapshotDigest.Of(second.Definition)), (again.Hello.Generation, again.Hello.Digest));
        Assert.Equal([1, 2, 3], again.Hello.Legend);
        Assert.DoesNotContain(_log, line => line.Contains("cannot", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_snapshot_that_was_told_to_be_taken_up_is_on_disk_a_moment_later()
    {
        await using ForwardProcess forwarder = Start();
        await using TestControl control = await TestControl.GreetAsync(SocketPath);
        for (ulong generation = 1; generation <= 40; generation++)
        {
            await control.SendAsync(Definition(generation));
        }

        await control.AdoptedAsync(40);
        await UntilAsync(() => SnapshotFile.Load(_folder.Path, _log.Enqueue) is { Generation: 40 });
        Assert.DoesNotContain(_log, line => line.Contains("cannot", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a bit", "not those that were written")]
    [InlineData("the end", "not those that were written")]
    [InlineData("everything", "not those that were written")]
    [InlineData("the meaning", "does not exist")]
    public async Task A_damaged_snapshot_is_named_and_set_aside(string what, string reason)
    {
        await using (ForwardProcess first = Start())
        {
            await using TestControl control = await TestControl.GreetAsync(SocketPath);
            await control.SendAsync(Definition(8));
            await control.AdoptedAsync(8);
        }

        byte[] bytes = File.ReadAllBytes(SnapshotPath);
        byte[] encoded = EncodedBytes.Of(Definition(9) with { Networks = [new NetworkDefinition(77)] });
        File.WriteAllBytes(SnapshotPath, what switch
        {
            "a bit" => [.. bytes[..50], (byte)(bytes[50] ^ 4), .. bytes[51..]],
            "the end" => bytes[..^1],
            "everything" => [],
            _ => [.. encoded, .. BitConverter.GetBytes(SnapshotDigest.Add(SnapshotDigest.Start, encoded))],
        });

        await using ForwardProcess second = Start();
        Assert.Equal(0UL, second.Definition.Generation);
        string said = Assert.Single(_log, line => line.Contains(SnapshotPath, StringComparison.Ordinal));
        Assert.Contains(reason, said, StringComparison.Ordinal);
        Assert.True(File.Exists(SnapshotPath + ".damaged"));
        Assert.False(File.Exists(SnapshotPath));
        await using TestControl again = await TestControl.GreetAsync(SocketPath);
        await again.SendAsync(Definition(10));
        await again.AdoptedAsync(10);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_written_is_said_once_and_forwarding_goes_on()
    {
        // A file where the directory should be: also root cannot write there.
        string state = _folder.File("state", "in the way");
        await using (ForwardProcess forwarder = Start(state: state))
        {
            await using TestControl control = await TestControl.GreetAsync(SocketPath);
            await control.SendAsync(Definition(1));
            await control.AdoptedAsync(1);
            await LoggedAsync("Generation 1 cannot be written");
            await control.SendAsync(Definition(2));
            await control.AdoptedAsync(2);
            File.Delete(state);
            await LoggedAsync("Generation 2 has been written");
        }

        Assert.Single(_log, line => line.Contains("cannot be written", StringComparison.Ordinal));
        Assert.Equal(2UL, SnapshotFile.Load(state, _log.Enqueue)?.Generation);
    }

    [Fact]
    public async Task Who_waits_for_steps_is_let_go_before_the_counters_are_gone()
    {
        ForwardProcess forwarder = Start(workers: 2);
        Task steps = StepForEverAsync();
        await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.False(steps.IsCompleted);

        await forwarder.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => steps.WaitAsync(5 * _second, TestContext.Current.CancellationToken));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(forwarder.StepAsync);

        async Task StepForEverAsync()
        {
            while (true)
            {
                await forwarder.StepAsync();
            }
        }
    }

    [Fact]
    public async Task A_second_forwarder_on_the_socket_is_refused_and_touches_nothing()
    {
        await using ForwardProcess first = Start();
        await using TestControl control = await TestControl.GreetAsync(SocketPath);
        await control.SendAsync(Definition(3));
        await control.AdoptedAsync(3);
        byte[] counters = File.ReadAllBytes(SocketPath + ".counters");
        Assert.Contains("another server listens there", Assert.Throws<SocketPathException>(() => Start()).Message, StringComparison.Ordinal);
        Assert.Equal(counters[..64], File.ReadAllBytes(SocketPath + ".counters")[..64]);
    }

    [Theory]
    [InlineData("", "before it said who it is")]
    [InlineData("00000000 09000000", "first frame is a Goodbye")]
    [InlineData("00000000 0e000000", "type 14; 1 to 13")]
    [InlineData("00000000 01000001", "type 16777217")]
    [InlineData("01000001 09000000", "16777217 bytes was announced")]
    [InlineData("ffffffff 02000000", "4294967295 bytes was announced")]
    [InlineData("04000000 01000000 58584348", "no role of this program")]
    [InlineData("08000000 01000000 53464348 0100 0400", "Start both roles from the same release")]
    [InlineData("08000000 01000000 53464348 0200 0400", "ends too early")]
    [InlineData("08000000 01000000 53464348", "silent")]
    public async Task What_is_no_greeting_is_refused_in_a_sentence(string hex, string reason)
    {
        await using ForwardProcess forwarder = Start();
        using Socket raw = TestControl.Raw(SocketPath);
        await raw.SendAsync(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), TestContext.Current.CancellationToken);
        if (hex.Length == 0)
        {
            raw.Shutdown(SocketShutdown.Send);
        }

        byte[] answer = new byte[1_000];
        int length = 0;
        while (await raw.ReceiveAsync(answer.AsMemory(length), TestContext.Current.CancellationToken) is > 0 and int received)
        {
            length += received;
        }

        Assert.Equal((byte)FrameType.Goodbye, answer[4]);
        Assert.Contains(reason, ChannelMessages.ReadText(answer.AsMemory(8, length - 8)), StringComparison.Ordinal);
        await using TestControl good = await TestControl.GreetAsync(SocketPath);
    }

    [Theory]
    [InlineData(FrameType.Snapshot, "SFCS")]
    [InlineData(FrameType.Delta, "SFCD")]
    [InlineData(FrameType.Workers, "does not send a Workers")]
    [InlineData(FrameType.Hello, "does not send a Hello")]
    public async Task Nonsense_after_the_greeting_closes_the_connection_and_nothing_else(FrameType type, string reason)
    {
        await using ForwardProcess forwarder = Start();
        await using (TestControl control = await TestControl.GreetAsync(SocketPath))
        {
            await control.SendAsync(Definition(2));
            await control.AdoptedAsync(2);
            await control.Connection.SendAsync(type, new byte[40]);
            Assert.Contains(reason, await control.GoodbyeAsync(), StringComparison.Ordinal);
        }

        await LoggedAsync(reason);
        await using TestControl good = await TestControl.GreetAsync(SocketPath);
        Assert.Equal(2UL, good.Hello.Generation);
        await good.SendAsync(Definition(3));
        await good.AdoptedAsync(3);
    }

    [Fact]
    public async Task Random_bytes_at_the_socket_hurt_nobody()
    {
        await using ForwardProcess forwarder = Start();
        await using (TestControl control = await TestControl.GreetAsync(SocketPath))
        {
            await control.SendAsync(Definition(2));
            await control.AdoptedAsync(2);
        }

        byte[] hello = ChannelMessages.Of(new Hello(0, 0, 0, ""));
        byte[] greeting = [(byte)hello.Length, 0, 0, 0, (byte)FrameType.Hello, 0, 0, 0, .. hello];
        int rounds = LongRun.Scale(2_000);
        for (int seed = 0; seed < rounds; seed++)
        {
            Random random = new(seed);
            byte[] bytes = new byte[random.Next(1, 200)];
            random.NextBytes(bytes);
            if (random.Next(2) == 0)
            {
                // A likely type and length, so that more than the first check is met.
                BitConverter.TryWriteBytes(bytes, bytes.Length - 8);
                bytes = [.. greeting, .. bytes.AsSpan(0, Math.Min(4, bytes.Length)), (byte)random.Next(11), 0, 0, 0, .. bytes];
            }

            using Socket raw = TestControl.Raw(SocketPath);
            raw.Send(bytes);
        }

        await using TestControl good = await TestControl.GreetAsync(SocketPath);
        Assert.Equal(2UL, good.Hello.Generation);
        await good.SendAsync(Definition(3));
        await good.AdoptedAsync(3);
    }

    private static SteeringDefinition Definition(ulong generation) => TestChain.Of(EncapsulationKind.Nsh).Definition() with { Generation = generation };

    private ForwardProcess Start(int workers = 1, string? state = null, CounterCapacity? capacity = null) => ForwardProcess.Start(
        new ForwardOptions
        {
            SocketPath = SocketPath,
            StateDirectory = state ?? _folder.Path,
            Workers = new WorkerGroupOptions { Workers = workers },
            Capacity = capacity ?? new CounterCapacity(1_024, 64, 64),
        },
        _log.Enqueue);

    private Task LoggedAsync(string text) => UntilAsync(() => _log.Any(line => line.Contains(text, StringComparison.Ordinal)), text);

    private async Task UntilAsync(Func<bool> condition, string what = "")
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), $"{what} not in: {string.Join('\n', _log)}");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
