namespace NetworkingSfc.Dataplane.Ports.PcapFile;

/// <summary>Opens ports on capture files.</summary>
internal sealed class PcapFilePortDriver : IPortDriver
{
    public string Kind => "pcap-file";

    public IReadOnlyList<PortSetting> Settings { get; } =
    [
        new("input", IsRequired: false, "capture whose packets are received: pcap or pcapng, either also compressed with gzip"),
        new("output", IsRequired: false, $"capture that sent packets are written to, replacing the file: {PcapFileOutput.AcceptedNames}"),
    ];

    public void Check(IReadOnlyDictionary<string, string> settings) => _ = Read(settings);

    public IPort Open(IReadOnlyDictionary<string, string> settings)
    {
        (string? input, string? output) = Read(settings);
        CaptureReader? reader = OpenInput(input);
        try
        {
            return new PcapFilePort(reader, input ?? "", output is null ? null : PcapFileOutput.Create(output));
        }
        catch (PortOpenException)
        {
            reader?.Dispose();
            throw;
        }
    }

    private (string? Input, string? Output) Read(IReadOnlyDictionary<string, string> settings)
    {
        PortSettingValues values = new(Kind, settings);
        string? input = values.Text("input");
        string? output = values.Text("output");
        if (input is null && output is null)
        {
            throw new PortOpenException("A pcap-file port has neither 'input' nor 'output'; accepted is one of them or both.");
        }

        if (input is not null && output is not null && Path.GetFullPath(input) == Path.GetFullPath(output))
        {
            throw new PortOpenException($"A pcap-file port has '{input}' as input and output; accepted are two different files.");
        }

        return (input, output);
    }

    private static CaptureReader? OpenInput(string? path)
    {
        try
        {
            return path is null ? null : CaptureReader.Open(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new PortOpenException($"The capture '{path}' cannot be read: {failure.Message} Accepted is a file that exists and may be read.", failure);
        }
    }
}
