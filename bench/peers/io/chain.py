"""The chain step that our forwarder carries out, as a state document: what the generator sends is classified by one of 64
rules, given to one of four members by hash and sent to it in NSH. A real step of a real chain; the peers only forward.
"""
RULES = 64
MEMBERS = 4

# Flows of testpmd's flowgen: UDP from 10.254.0.0 to 10.253.0.0 and the addresses after it.
FLOWS = 1024
# As testpmd counts, with Ethernet's checksum, which is not in memory.
FRAME_BYTES = 64
CHECKSUM_BYTES = 4
FLOWS_OF_RULE = FLOWS // RULES
PREFIX = 32 - (FLOWS_OF_RULE.bit_length() - 1)

# What comes out is longer by an Ethernet header and an NSH header of MD type 1. A frame that was only passed on is not.
STEP_BYTES = FRAME_BYTES - CHECKSUM_BYTES + 14 + 24


def state(source, members_at):
    """The document. Frames enter at the binding `source`; the members are behind the binding `members_at`, or behind the
    same as the source where that is None."""
    ports = [port("in", 1, source)]
    at = "in"
    if members_at is not None:
        ports.append(port("out", 2, members_at))
        at = "out"
    # NSH comes back where it went to; the other port of a pair only makes four members of one port.
    ports += [port(f"m{member}", 16 + member, None) for member in range(MEMBERS)]
    pairs = [{"name": f"p{member}", "ingress": at, "egress": f"m{member}",
              "service_function_parameters": {"correlation": "nsh"}} for member in range(MEMBERS)]
    classifiers = [{"name": f"c{rule}", "ethertype": "IPv4", "protocol": "udp", "logical_source_port": "in",
                    "destination_ip_prefix": f"10.253.{rule * FLOWS_OF_RULE >> 8}.{rule * FLOWS_OF_RULE & 255}/{PREFIX}"}
                   for rule in range(RULES)]
    return {
        "networks": [{"name": "net"}],
        "ports": ports,
        "port_pairs": pairs,
        "port_pair_groups": [{"name": "group", "port_pairs": [pair["name"] for pair in pairs]}],
        "flow_classifiers": classifiers,
        "port_chains": [{"name": "chain", "chain_parameters": {"correlation": "nsh"}, "port_pair_groups": ["group"],
                         "flow_classifiers": [classifier["name"] for classifier in classifiers]}],
    }


def port(name, number, binding):
    bound = {"name": name, "network_id": "net", "mac_address": f"02:00:00:00:00:{number:02x}", "device_id": "function"}
    if binding is not None:
        bound |= {"binding:vif_type": "other", "binding:vif_details": binding}
    return bound
