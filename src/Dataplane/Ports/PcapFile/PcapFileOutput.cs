namespace NetworkingSfc.Dataplane.Ports.PcapFile;

/// <summary>The capture that a <see cref="PcapFilePort"/> writes, in the format that the file's name asks for.</summary>
internal sealed class PcapFileOutput : IDisposable
{
    /// <summary>The names accepted, for sentences.</summary>
    public const string AcceptedNames = "names that end in .pcapng or .pcap";

    // The same in every file: the bytes of a capture shall not depend on where it was written.
    private const string InterfaceName = "port";

    private readonly CaptureWriter? _pcapng;
    private readonly ClassicPcapWriter? _pcap;

    private PcapFileOutput(CaptureWriter? pcapng, ClassicPcapWriter? pcap)
    {
        _pcapng = pcapng;
        _pcap = pcap;
    }

    /// <summary>Why nothing can be written any more, or null.</summary>
    public string? Error => _pcapng?.Error ?? _pcap?.Error;

    /// <summary>Creates the file, replacing one of that name.</summary>
    /// <exception cref="PortOpenException">The name has another ending, or the file cannot be created.</exception>
    public static PcapFileOutput Create(string path)
    {
        try
        {
            switch (Path.GetExtension(path))
            {
                case ".pcapng":
                    CaptureWriter writer = CaptureWriter.Create(path);
                    writer.AddInterface(InterfaceName);
                    return new PcapFileOutput(writer, pcap: null);
                case ".pcap":
                    return new PcapFileOutput(pcapng: null, ClassicPcapWriter.Create(path));
                default:
                    throw new PortOpenException($"The setting 'output' of a pcap-file port is '{path}'; accepted are {AcceptedNames}.");
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new PortOpenException(
                $"The capture '{path}' cannot be written: {failure.Message} Accepted is a file in a folder that exists and may be written.", failure);
        }
    }

    /// <summary>Writes a frame that the forwarder sent. False when the output has failed; the frame is not written then.</summary>
    public bool TryWrite(long timestampNanoseconds, ReadOnlySpan<byte> frame) => _pcapng is not null
        ? _pcapng.TryWrite(interfaceIndex: 0, timestampNanoseconds, frame, frame.Length, CaptureDirection.Outbound)
        : _pcap!.TryWrite(timestampNanoseconds, frame, frame.Length);

    /// <summary>Hands everything written to the file. False when the output has failed.</summary>
    public bool TryFlush() => _pcapng?.TryFlush() ?? _pcap!.TryFlush();

    public void Dispose()
    {
        _pcapng?.Dispose();
        _pcap?.Dispose();
    }
}
