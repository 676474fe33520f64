namespace NetworkingSfc.Dataplane.Ports.PcapFile;

/// <summary>Block types of pcapng (draft-ietf-opsawg-pcapng, section 11.1) that are read or checked; others are skipped.</summary>
internal enum PcapNgBlockType : uint
{
    InterfaceDescription = 1,
    Packet = 2,
    SimplePacket = 3,
    NameResolution = 4,
    InterfaceStatistics = 5,
    EnhancedPacket = 6,
    JournalExport = 9,
    DecryptionSecrets = 10,
    SystemEvent = 0x204,
    SystemEventWithFlags = 0x208,
    Custom = 0x0000_0BAD,
    CustomNotCopied = 0x4000_0BAD,

    /// <summary>A palindrome: it reads the same in either byte order, which only its content tells.</summary>
    SectionHeader = 0x0A0D_0D0A,
}
