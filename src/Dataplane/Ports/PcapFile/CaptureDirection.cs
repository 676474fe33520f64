namespace NetworkingSfc.Dataplane.Ports.PcapFile;

/// <summary>The way a packet went past the interface it was captured on: bits 0 and 1 of the pcapng <c>epb_flags</c> option.</summary>
public enum CaptureDirection
{
    /// <summary>The file does not say.</summary>
    Unknown = 0,

    /// <summary>Received by the interface.</summary>
    Inbound = 1,

    /// <summary>Sent by the interface.</summary>
    Outbound = 2,
}
