namespace NetworkingSfc.Control.Drivers.OpenVswitch.Fixed;

/// <summary>
/// The fields that choose the members of symmetric chains, put into registers: on the way back with source and destination
/// exchanged, because the switch hashes fields in an order of its own.
/// </summary>
internal static class FixedGathering
{
    private static readonly (string Protocol, string Number, int Register)[] _withPorts = [("tcp", "6", 4), ("udp", "17", 5), ("sctp", "132", 6)];

    /// <summary>Adds the flows of both directions.</summary>
    public static void AddTo(OpenFlowProgramBuilder program)
    {
        foreach ((string etherType, string name) in new[] { ("0x0800", "NXM_OF_IP"), ("0x86dd", "NXM_NX_IPV6") })
        {
            foreach (bool isReverse in new[] { false, true })
            {
                int table = isReverse ? FixedTables.GatherReverse : FixedTables.GatherForward;
                (string source, string destination) = isReverse ? ("DST", "SRC") : ("SRC", "DST");

                // An IPv4 address takes the first of four registers, an IPv6 address all four.
                (string first, string second) = etherType == "0x0800" ? ("NXM_NX_REG8[]", "NXM_NX_REG12[]") : ("NXM_NX_XXREG2[]", "NXM_NX_XXREG3[]");
                string common = $"move:{name}_{source}[]->{first},move:{name}_{destination}[]->{second},move:NXM_OF_IP_PROTO[]->NXM_NX_REG7[16..23]";
                FlowMatch match = FlowMatch.Any.With("eth_type", etherType);
                program.Add(new FlowEntry(table, 0, match.ToString(), common));
                foreach ((string protocol, string number, int register) in _withPorts)
                {
                    string ports = protocol == "sctp" ? "OXM_OF_SCTP" : "NXM_OF_" + protocol.ToUpperInvariant();
                    program.Add(new FlowEntry(table, 1, match.With("nw_proto", number).ToString(),
                        $"{common},move:{ports}_{source}[]->NXM_NX_REG{register}[16..31],move:{ports}_{destination}[]->NXM_NX_REG{register}[0..15]"));
                }
            }
        }
    }
}
