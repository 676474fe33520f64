namespace NetworkingSfc.Dataplane.Ports.PcapFile;

/// <summary>
/// The record headers that were written under the name pcap. The first 16 bytes agree (seconds, fraction, captured
/// length, wire length); what follows them does not, and only sometimes does the magic number tell them apart.
/// </summary>
internal enum ClassicPcapLayout
{
    /// <summary>libpcap's own.</summary>
    Standard,

    /// <summary>A. Kuznetzov's libpcap patches of April and October 1999: interface index (4), protocol (2), packet type (1), padding (1).</summary>
    Modified,

    /// <summary>The patch of September 1999: as <see cref="Modified"/>, then two debugging bytes and padding (5 instead of 1).</summary>
    ModifiedLong,

    /// <summary>Nokia IPSO: four bytes of unknown meaning.</summary>
    Nokia,
}
