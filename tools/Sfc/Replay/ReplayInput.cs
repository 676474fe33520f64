using NetworkingSfc.Dataplane.Ports.PcapFile;

namespace NetworkingSfc.Sfc.Replay;

/// <summary>One capture that enters at one port. Holds a copy of its next packet, so that several can be merged by time.</summary>
internal sealed class ReplayInput : IDisposable
{
    private readonly CaptureReader _reader;
    private readonly string _path;
    private byte[] _data = [];
    private int _length;
    private long _packets;

    private ReplayInput(int port, string path, CaptureReader reader)
    {
        Port = port;
        _path = path;
        _reader = reader;
    }

    /// <summary>Number of the port it enters at.</summary>
    public int Port { get; }

    /// <summary>True when there is a next packet.</summary>
    public bool HasPacket { get; private set; }

    /// <summary>What is wrong with the capture; null while nothing is.</summary>
    public string? Error { get; private set; }

    /// <summary>Captured bytes of the next packet.</summary>
    public ReadOnlySpan<byte> Data => _data.AsSpan(0, _length);

    /// <summary>Length of the next packet on the wire.</summary>
    public int WireLength { get; private set; }

    /// <summary>Time of the next packet.</summary>
    public long TimestampNanoseconds { get; private set; }

    /// <summary>Opens a capture and reads its first packet.</summary>
    /// <param name="port">Number of the port it enters at.</param>
    /// <param name="path">Path of the capture.</param>
    /// <exception cref="IOException">The file does not exist or cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static ReplayInput Open(int port, string path)
    {
        if (path.Length == 0)
        {
            throw new IOException("its name is empty");
        }

        ReplayInput input = new(port, path, CaptureReader.Open(path));
        input.Advance();
        return input;
    }

    /// <summary>The input whose packet comes next: the earliest, and of equals the first.</summary>
    /// <param name="inputs">The inputs. They are few: a scan beats a heap.</param>
    public static ReplayInput? Earliest(IReadOnlyList<ReplayInput> inputs)
    {
        ReplayInput? earliest = null;
        foreach (ReplayInput input in inputs)
        {
            if (input.HasPacket && (earliest is null || input.TimestampNanoseconds < earliest.TimestampNanoseconds))
            {
                earliest = input;
            }
        }

        return earliest;
    }

    /// <summary>Goes to the next packet.</summary>
    public void Advance()
    {
        HasPacket = false;
        if (!_reader.TryRead(out CaptureRecord record))
        {
            Error = _reader.Error;
            return;
        }

        _packets++;
        if (LinkType.ToEncap(record.LinkType) != LinkType.ToEncap(LinkType.Ethernet))
        {
            Error = $"packet {_packets} of '{_path}' has the link type {record.LinkType}; accepted are Ethernet frames (link type {LinkType.Ethernet})";
            return;
        }

        if (_data.Length < record.Data.Length)
        {
            _data = new byte[Math.Max(record.Data.Length, 2 * _data.Length)];
        }

        record.Data.CopyTo(_data);
        _length = record.Data.Length;
        WireLength = record.WireLength;
        TimestampNanoseconds = record.TimestampNanoseconds;
        HasPacket = true;
    }

    public void Dispose() => _reader.Dispose();
}
