using System.Text;
using System.Text.Json.Nodes;
using NetworkingSfc.Dataplane.Ports.PcapFile;
using NetworkingSfc.Sfc.Client;

namespace NetworkingSfc.Sfc.Trace;

/// <summary>
/// A trace as a capture: an interface for each port, packets as they came in and as they were sent, each with the decision as
/// its comment. Only as much of a frame as the trace keeps.
/// </summary>
internal sealed class TraceCapture : IDisposable
{
    private readonly CaptureWriter _writer;
    private readonly Dictionary<string, int> _interfaces = [];
    private readonly HashSet<int> _packets = [];

    private TraceCapture(CaptureWriter writer) => _writer = writer;

    /// <summary>Creates the file.</summary>
    /// <param name="path">Its path.</param>
    public static TraceCapture Create(string path)
    {
        try
        {
            return new TraceCapture(CaptureWriter.Create(path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandFailure($"'{path}' cannot be written: {failure.Message}");
        }
    }

    /// <summary>Writes a record: how the packet came in, unless that is written, and what was sent.</summary>
    /// <param name="record">The record as the API sends it.</param>
    public void Write(JsonObject record)
    {
        byte[] comment = Encoding.UTF8.GetBytes(TraceText.Of(record));
        long time = (long)record["time_ns"]!;
        if (_packets.Add((int)record["packet"]!))
        {
            Write(record["received"]!, time, CaptureDirection.Inbound, comment);
        }

        if ((string?)record["verdict"] != "drop")
        {
            Write(record["sent"]!, time, CaptureDirection.Outbound, comment);
        }

        // Whoever breaks off has what came until then.
        if (!_writer.TryFlush())
        {
            throw new CommandFailure(_writer.Error!);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private void Write(JsonNode frame, long time, CaptureDirection direction, byte[] comment)
    {
        string id = (string)frame["port"]!["id"]!;
        if (!_interfaces.TryGetValue(id, out int number))
        {
            _interfaces.Add(id, number = _writer.AddInterface(TraceText.PortOf(frame)));
        }

        _writer.TryWrite(number, time, Convert.FromBase64String((string)frame["bytes"]!), (int)frame["length"]!, direction, comment);
    }
}
