using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Ports.PcapFile;

namespace NetworkingSfc.Dataplane.Tests.Ports.PcapFile;

/// <summary>A port on capture files in a folder of its own.</summary>
internal sealed class PcapFileRig : PortRig
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sfc-pcap-file-").FullName;
    private readonly string _input;
    private readonly string _output;
    private PcapFilePort _port;

    /// <summary>Writes the input and opens the port.</summary>
    /// <param name="incoming">Frames of the input.</param>
    /// <param name="diskIsFull">Whether the output takes no byte.</param>
    public PcapFileRig(IReadOnlyList<byte[]> incoming, bool diskIsFull = false)
    {
        _input = Path.Combine(_folder, "in.pcap");
        _output = Path.Combine(_folder, "out.pcapng");
        CaptureFiles.Write(_input, incoming);
        if (diskIsFull)
        {
            File.CreateSymbolicLink(_output, "/dev/full");
        }

        _port = OpenPort();
    }

    public override IPort Port => _port;

    public override bool ShowsPeerEnded => _port is { IsExhausted: true, Fault: null };

    public override IReadOnlyList<byte[]> TakeSent(int count)
    {
        _port.TryFlush();
        return CaptureFiles.Read(_output);
    }

    public override void EndPeer()
    {
        // The file ends by itself.
    }

    public override void Reopen()
    {
        _port.Dispose();
        _port = OpenPort();
    }

    public override void Dispose()
    {
        _port.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private PcapFilePort OpenPort() =>
        (PcapFilePort)PortDriverCatalog.Open("pcap-file", new Dictionary<string, string> { ["input"] = _input, ["output"] = _output });
}
