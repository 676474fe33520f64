using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Dataplane.LoadBalancing;

namespace NetworkingSfc.Control.Compilation;

/// <summary>Which header fields choose the members of a group.</summary>
internal static class HashFieldsOf
{
    /// <summary>Its fields; all five of the five-tuple when it names none.</summary>
    /// <param name="group">The group.</param>
    public static HashFields Group(PortPairGroup group)
    {
        HashFields fields = HashFields.FiveTuple;
        foreach (LbField field in group.Parameters.LbFields)
        {
            fields |= field switch
            {
                LbField.EthernetSource => HashFields.EthSrc,
                LbField.EthernetDestination => HashFields.EthDst,
                LbField.IpSource => HashFields.IpSrc,
                LbField.IpDestination => HashFields.IpDst,
                LbField.TcpSource => HashFields.TcpSrc,
                LbField.TcpDestination => HashFields.TcpDst,
                LbField.UdpSource => HashFields.UdpSrc,
                _ => HashFields.UdpDst,
            };
        }

        return fields;
    }
}
