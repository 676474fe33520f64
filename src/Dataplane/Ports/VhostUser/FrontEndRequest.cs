namespace NetworkingSfc.Dataplane.Ports.VhostUser;

/// <summary>Requests of a front end that this back end knows (vhost-user protocol, "Front-end message types").</summary>
internal enum FrontEndRequest
{
    /// <summary>VHOST_USER_GET_FEATURES.</summary>
    GetFeatures = 1,

    /// <summary>VHOST_USER_SET_FEATURES.</summary>
    SetFeatures = 2,

    /// <summary>VHOST_USER_SET_OWNER.</summary>
    SetOwner = 3,

    /// <summary>VHOST_USER_RESET_OWNER: deprecated; all rings are disabled.</summary>
    ResetOwner = 4,

    /// <summary>VHOST_USER_SET_MEM_TABLE.</summary>
    SetMemoryTable = 5,

    /// <summary>VHOST_USER_SET_VRING_NUM.</summary>
    SetRingSize = 8,

    /// <summary>VHOST_USER_SET_VRING_ADDR.</summary>
    SetRingAddresses = 9,

    /// <summary>VHOST_USER_SET_VRING_BASE.</summary>
    SetRingBase = 10,

    /// <summary>VHOST_USER_GET_VRING_BASE: stops a ring.</summary>
    GetRingBase = 11,

    /// <summary>VHOST_USER_SET_VRING_KICK: starts a ring.</summary>
    SetRingKick = 12,

    /// <summary>VHOST_USER_SET_VRING_CALL.</summary>
    SetRingCall = 13,

    /// <summary>VHOST_USER_SET_VRING_ERR.</summary>
    SetRingError = 14,

    /// <summary>VHOST_USER_GET_PROTOCOL_FEATURES.</summary>
    GetProtocolFeatures = 15,

    /// <summary>VHOST_USER_SET_PROTOCOL_FEATURES.</summary>
    SetProtocolFeatures = 16,

    /// <summary>VHOST_USER_GET_QUEUE_NUM: pairs of queues.</summary>
    GetQueueCount = 17,

    /// <summary>VHOST_USER_SET_VRING_ENABLE.</summary>
    SetRingEnabled = 18,
}
