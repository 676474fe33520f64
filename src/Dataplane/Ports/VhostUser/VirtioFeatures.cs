namespace NetworkingSfc.Dataplane.Ports.VhostUser;

/// <summary>A set of feature bits (virtio 1.2, sections 5.1.3 and 6; vhost-user protocol).</summary>
/// <param name="Bits">The bits.</param>
internal readonly record struct VirtioFeatures(ulong Bits)
{
    /// <summary>VIRTIO_NET_F_MRG_RXBUF: a frame to the guest may fill several chains.</summary>
    public const int MergeableBuffers = 15;

    /// <summary>VIRTIO_NET_F_MQ: several pairs of queues.</summary>
    public const int MultiQueue = 22;

    /// <summary>VIRTIO_RING_F_INDIRECT_DESC.</summary>
    public const int IndirectDescriptors = 28;

    /// <summary>VIRTIO_RING_F_EVENT_IDX: interrupts are asked for by position.</summary>
    public const int EventIndex = 29;

    /// <summary>VHOST_USER_F_PROTOCOL_FEATURES: there is a second set of features, and rings begin disabled.</summary>
    public const int ProtocolFeatures = 30;

    /// <summary>VIRTIO_F_VERSION_1: virtio 1.0 or later.</summary>
    public const int Version1 = 32;

    private const int ShortHeaderBytes = 10;
    private const int HeaderBytes = 12;

    /// <summary>Bytes of struct virtio_net_hdr before each frame (virtio 1.2, section 5.1.6).</summary>
    public int NetHeaderBytes => Has(Version1) || Has(MergeableBuffers) ? HeaderBytes : ShortHeaderBytes;

    /// <summary>
    /// What a port offers. No offload is among it: frames from a guest have their checksums and are no longer than its
    /// MTU, because what leaves this host cannot leave the rest to hardware.
    /// </summary>
    /// <param name="queues">Pairs of queues.</param>
    public static VirtioFeatures Offered(int queues) => new(
        Bit(MergeableBuffers) | Bit(IndirectDescriptors) | Bit(EventIndex) | Bit(ProtocolFeatures) | Bit(Version1)
        | (queues > 1 ? Bit(MultiQueue) : 0));

    /// <summary>Whether a feature is in the set.</summary>
    public bool Has(int feature) => (Bits & Bit(feature)) != 0;

    private static ulong Bit(int feature) => 1UL << feature;
}
