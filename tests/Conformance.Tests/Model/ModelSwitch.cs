namespace NetworkingSfc.Conformance.Tests.Model;

/// <summary>Decision 1: where frames go that are in no chain or have ended one.</summary>
internal sealed class ModelSwitch(Topology topology)
{
    private const long Lifetime = 300_000_000_000;

    private readonly Dictionary<(string Network, string Mac), (ModelPort Port, long SeenAt)> _stations = [];

    /// <summary>In networks that learn, not from pairs, not groups, not what is known.</summary>
    public void Learn(ModelPort port, byte[] frame, long time)
    {
        byte[] source = frame[6..12];
        if (topology.Learning.Contains(port.Network) && !topology.IsOfPair(port) && (source[0] & 1) == 0
            && !IsKnown(port.Network, source))
        {
            _stations[(port.Network, Convert.ToHexString(source))] = (port, time);
        }
    }

    /// <summary>One port or none; the one the frame came from when a station there is meant.</summary>
    public ModelPort? Destination(ModelPort from, byte[] frame, ModelChain? past, long time)
    {
        HashSet<string> excluded = [from.Name, .. (past is null ? [] : topology.JoinedTo(past)).SelectMany(chain => chain.Groups).SelectMany(group => group.Pairs).SelectMany(pair => new[] { pair.Ingress, pair.Egress })];
        ModelPort[] ports = [.. topology.Ports.Where(port => port.Network == from.Network)];
        FrameReading reading = FrameReading.Read(frame);
        ModelPort? byMac = Array.Find(ports, port => port.MacBytes.AsSpan().SequenceEqual(frame.AsSpan(0, 6)));
        if (topology.Learning.Contains(from.Network) && byMac is null)
        {
            string station = Convert.ToHexString(frame.AsSpan(0, 6));
            if ((frame[0] & 1) != 0)
            {
                return null;
            }

            if (_stations.TryGetValue((from.Network, station), out (ModelPort Port, long SeenAt) seen) && time - seen.SeenAt < Lifetime)
            {
                return seen.Port;
            }
        }

        ModelPort? byIp = reading.Version == 0 ? null : Array.Find(ports, port => port.AddressesInHex.Contains(reading.Destination));
        ModelPort? uplink = topology.Uplinks.TryGetValue(from.Network, out string? name) ? topology.Port(name) : null;
        return new[] { byMac, byIp, uplink }.FirstOrDefault(port => port is not null && !excluded.Contains(port.Name));
    }

    /// <summary>The ports of a frame that has no destination.</summary>
    public ModelPort[] FloodPorts(ModelPort from, byte[] frame) => topology.Learning.Contains(from.Network) && !IsKnown(from.Network, frame[..6])
        ? [.. topology.Ports.Where(port => port.Network == from.Network && port != from && !topology.IsOfPair(port))]
        : [];

    private bool IsKnown(string network, byte[] mac) => topology.Ports.Any(port => port.Network == network && port.MacBytes.AsSpan().SequenceEqual(mac));
}
