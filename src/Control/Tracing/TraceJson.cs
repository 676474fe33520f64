using System.Buffers.Binary;
using System.Text.Json;
using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.PortPairs;
using NetworkingSfc.Control.Ports;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Tracing;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Control.Tracing;

/// <summary>Writes what a trace says as JSON, with the names of what its numbers stand for where that still exists.</summary>
/// <param name="state">What the numbers stand for.</param>
internal sealed class TraceJson(CompiledState state)
{
    private readonly Dictionary<int, Port> _ports = state.Resources.Ports.AsEnumerable()
        .Where(port => state.Numbers.Ports.ContainsKey(port.Id)).ToDictionary(port => state.Numbers.Ports[port.Id]);

    private readonly Dictionary<int, PortChain> _chains = ChainsByPath(state);

    /// <summary>Writes one record.</summary>
    public void Write(Utf8JsonWriter writer, TraceRecord record)
    {
        writer.WriteStartObject();
        writer.WriteNumber("packet", record.Packet);
        writer.WriteString("effect", record.Effect.ToString().ToLowerInvariant());
        writer.WriteNumber("time_ns", record.TimeNanoseconds);
        writer.WriteNumber("worker", record.Worker);
        writer.WriteString("verdict", VerdictOf(record.Verdict));
        if (record.Verdict == Verdict.Drop)
        {
            writer.WriteString("drop_reason", DropReasonCatalog.NameOf(record.Reason));
            writer.WriteString("drop_description", DropReasonCatalog.DescriptionOf(record.Reason));
        }

        if (record.Place is { } place)
        {
            WritePlace(writer, place);
        }

        if (record.Member is { } member)
        {
            writer.WritePropertyName("member");
            Guid id = IdOf(member);
            WriteNamed(writer, id, state.Resources.PortPairs.Find(id));
        }

        writer.WritePropertyName("received");
        WriteFrame(writer, record.IngressPort, record.Received);
        if (record.OutputPort is int port)
        {
            writer.WritePropertyName("sent");
            WriteFrame(writer, port, record.Sent);
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes the end.</summary>
    public static void Write(Utf8JsonWriter writer, TraceEnd end)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("end");
        writer.WriteString("reason", end.Reason);
        writer.WriteNumber("packets", end.Packets);
        writer.WriteNumber("not_recorded", end.NotRecorded);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static string VerdictOf(Verdict verdict) => verdict switch
    {
        Verdict.Deliver => "deliver",
        Verdict.EndOfPath => "end_of_path",
        Verdict.Switch => "switch",
        _ => "drop",
    };

    private static Dictionary<int, PortChain> ChainsByPath(CompiledState state)
    {
        Dictionary<int, PortChain> byCounter = state.Resources.PortChains.AsEnumerable()
            .Where(chain => state.Numbers.Chains.ContainsKey(chain.Id)).ToDictionary(chain => state.Numbers.Chains[chain.Id]);
        return state.Definition.Paths.Where(path => byCounter.ContainsKey(path.Counter))
            .ToDictionary(path => path.NshPathId.Value, path => byCounter[path.Counter]);
    }

    private static Guid IdOf(UInt128 member)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, member);
        return new Guid(bytes, bigEndian: true);
    }

    private void WritePlace(Utf8JsonWriter writer, TracePlace place)
    {
        writer.WriteNumber("path", place.PathId);
        writer.WriteNumber("hops_done", place.HopsDone);
        writer.WriteNumber("hops", place.Hops);
        if (_chains.TryGetValue(place.PathId, out PortChain? chain))
        {
            writer.WritePropertyName("chain");
            WriteNamed(writer, chain.Id, chain);
        }
    }

    private static void WriteNamed(Utf8JsonWriter writer, Guid id, Resource? resource)
    {
        writer.WriteStartObject();
        writer.WriteString("id", id);
        writer.WriteString("name", resource?.Name ?? "");
        writer.WriteEndObject();
    }

    private void WriteFrame(Utf8JsonWriter writer, int number, TraceFrame? frame)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("port");
        _ports.TryGetValue(number, out Port? port);
        WriteNamed(writer, port?.Id ?? Guid.Empty, port);
        if (frame is not null)
        {
            writer.WriteNumber("length", frame.Length);
            WriteHeader(writer, frame.Bytes.Span);
            writer.WriteBase64String("bytes", frame.Bytes.Span);
        }

        writer.WriteEndObject();
    }

    // What the bytes themselves say of a service path.
    private static void WriteHeader(Utf8JsonWriter writer, ReadOnlySpan<byte> bytes)
    {
        PacketParser.Parse(bytes, FrameStart.Ethernet, out PacketHeaders headers);
        if (headers.IsNsh && NshHeader.TryRead(bytes[headers.LinkHeaderLength..], out NshHeader nsh))
        {
            writer.WriteStartObject("nsh");
            writer.WriteNumber("spi", nsh.ServicePathId.Value);
            writer.WriteNumber("si", nsh.ServiceIndex.Value);
            writer.WriteNumber("ttl", nsh.TimeToLive);
            writer.WriteEndObject();
        }
        else if (headers.MplsDepth > 0 && MplsLabelEntry.TryRead(bytes[headers.MplsOffset..], out MplsLabelEntry entry))
        {
            writer.WriteStartObject("mpls");
            writer.WriteNumber("label", entry.Label);
            writer.WriteNumber("ttl", entry.TimeToLive);
            writer.WriteEndObject();
        }
    }
}
