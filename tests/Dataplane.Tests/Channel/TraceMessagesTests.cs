using System.Collections.Immutable;
using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.Channel;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Tests.Steering;
using NetworkingSfc.Dataplane.Tests.Tracing;
using NetworkingSfc.Dataplane.Tracing;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Channel;

/// <summary>Traces through the socket: what is written is read, damage is refused, and the trace ends with whoever asked.</summary>
public sealed class TraceMessagesTests : IDisposable
{
    private static readonly TraceRequest _request = new(
        new TraceFilter
        {
            IngressPort = 3,
            Rules = [new(0x0800) { Protocol = 6, Source = new AddressPrefix(0x0a00_0000, 8), DestinationPorts = (80, 90) }, new(0x86dd)],
            Paths = [5, 6],
        },
        10,
        TimeSpan.FromSeconds(2.5));

    private readonly TemporaryFolder _folder = new();

    private string SocketPath => _folder.File("forward.sock");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_written_is_read()
    {
        TraceRequest request = TraceMessages.ReadRequest(TraceMessages.Of(_request));
        Assert.Equal((_request.Count, _request.Limit, _request.Filter.IngressPort), (request.Count, request.Limit, request.Filter.IngressPort));
        Assert.Equal(_request.Filter.Rules, request.Filter.Rules);
        Assert.Equal(_request.Filter.Paths, request.Filter.Paths);
        Assert.Equal((new TraceEnd("Why.", 7, 8), true), TraceMessages.ReadEnd(TraceMessages.Of(new TraceEnd("Why.", 7, 8), isRefused: true)));
        byte[] records = TraceMessages.Of(Records());
        Assert.Equal(records, TraceMessages.Of(TraceMessages.ReadRecords(records)));
    }

    [Fact]
    public void Damage_is_refused_and_nothing_else_is_thrown()
    {
        byte[] request = TraceMessages.Of(_request);
        byte[] records = TraceMessages.Of(Records());
        Random random = new(1);
        for (int run = 0; run < 20_000; run++)
        {
            foreach (byte[] good in new[] { request, records })
            {
                byte[] bytes = good[..random.Next(good.Length + 1)];
                if (bytes.Length > 0)
                {
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                }

                try
                {
                    _ = good == request ? (object)TraceMessages.ReadRequest(bytes) : TraceMessages.ReadRecords(bytes);
                }
                catch (SnapshotFormatException)
                {
                    // As it should be.
                }
            }
        }
    }

    [Fact]
    public async Task A_trace_is_started_refused_and_ended_through_the_socket_and_by_a_control_process_that_goes()
    {
        await using ForwardProcess forwarder = ForwardProcess.Start(new ForwardOptions { SocketPath = SocketPath, StateDirectory = _folder.Path }, _ => { });
        byte[] start = TraceMessages.Of(new TraceRequest(new TraceFilter(), 10, TraceRequest.LongestTime));
        await using (TestControl control = await TestControl.GreetAsync(SocketPath))
        {
            await control.Connection.SendAsync(FrameType.TraceStart, start);
            Assert.Empty(TraceMessages.ReadRecords((await control.ExpectAsync(FrameType.TraceRecords)).Payload));
            await control.Connection.SendAsync(FrameType.TraceStart, start);
            (TraceEnd end, bool isRefused) = TraceMessages.ReadEnd((await control.ExpectAsync(FrameType.TraceEnded)).Payload);
            Assert.True(isRefused);
            Assert.Contains("one trace at a time", end.Reason, StringComparison.Ordinal);
            await control.Connection.SendAsync(FrameType.TraceStop);
            Assert.False(TraceMessages.ReadEnd((await control.ExpectAsync(FrameType.TraceEnded)).Payload).IsRefused);
            await control.Connection.SendAsync(FrameType.TraceStart, start);
            await control.ExpectAsync(FrameType.TraceRecords);
        }

        // The one that has gone had a trace running.
        await using TestControl next = await TestControl.GreetAsync(SocketPath);
        await next.Connection.SendAsync(FrameType.TraceStart, start);
        await next.ExpectAsync(FrameType.TraceRecords);
    }

    private static ImmutableArray<TraceRecord> Records()
    {
        TestChain chain = TestChain.Of(EncapsulationKind.Nsh);
        using TracedEngine traced = new(chain.Definition());
        return
        [
            .. traced.Cross(TestChain.Source, TestFrame.Ipv4.Original().Build()).Records,
            .. traced.Cross(chain.Output(1), TestFrame.Ipv4.Original().Build()).Records,
            .. traced.Cross(TestChain.Source, [1, 2, 3]).Records,
        ];
    }
}
