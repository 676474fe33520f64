using System.Buffers.Binary;
using System.Diagnostics;
using System.Text.Json.Nodes;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.VirtualLinks;

namespace NetworkingSfc.Control.Tests.Hosting;

/// <summary>Frames one by one through a chain of one function on virtual links: a sender, the function, and a receiver.</summary>
internal sealed class ChainTraffic : IDisposable
{
    private const int NumberAt = 14 + 20 + 8;

    private readonly VethPair[] _links = [.. ChainState.Names.Select(_ => VethPair.Create())];
    private readonly PacketSocket[] _peers;
    private long _number;

    public ChainTraffic() => _peers = [.. _links.Select(link => new PacketSocket(link.Second))];

    /// <summary>The state of the chain and its ports, as a document.</summary>
    /// <param name="kind">Of the ports.</param>
    public JsonNode State(string kind) => ChainState.Of(port => $$"""{"kind": "{{kind}}", "interface": "{{_links[port].First}}"}""");

    /// <summary>Takes a port's interface away.</summary>
    public void Remove(int port) => _links[port].Remove();

    /// <summary>Makes it anew.</summary>
    public void Make(int port)
    {
        _links[port].Make();
        _peers[port].Dispose();
        _peers[port] = new PacketSocket(_links[port].Second);
    }

    /// <summary>Waits until a frame has gone through the chain.</summary>
    /// <returns>How long it took.</returns>
    public TimeSpan AwaitFrame()
    {
        // Not one that a forwarder before has left behind.
        long number = ++_number;
        byte[] frame = Frame(number);
        Stopwatch clock = Stopwatch.StartNew();
        while (true)
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), "No frame went through the chain.");
            _peers[0].Send(frame);
            Pass(TimeSpan.FromMilliseconds(2));
            if (_peers[3].Receive(100, TimeSpan.FromMilliseconds(2)).Any(arrived => NumberOf(arrived) == number))
            {
                return clock.Elapsed;
            }
        }
    }

    public void Dispose()
    {
        foreach (IDisposable made in (IEnumerable<IDisposable>)[.. _peers, .. _links])
        {
            made.Dispose();
        }
    }

    private static byte[] Frame(long number)
    {
        byte[] frame = new PacketBuilder().Ethernet(ChainState.Mac(3), "02:00:00:00:aa:01").Ipv4("10.0.0.1", "10.0.0.4").Udp(1000, 2000).Payload(40).Build();
        BinaryPrimitives.WriteInt64BigEndian(frame.AsSpan(NumberAt), number);
        return frame;
    }

    private static long NumberOf(byte[] frame) => BinaryPrimitives.ReadInt64BigEndian(frame.AsSpan(NumberAt));

    // The function: what it gets goes on to the destination.
    private void Pass(TimeSpan patience)
    {
        foreach (byte[] frame in _peers[1].Receive(1, patience))
        {
            frame[5] = 4;
            _peers[2].Send(frame);
        }
    }
}
