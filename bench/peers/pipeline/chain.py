"""The chain of a work: as a state document for us, and as header of a frame that is on its way in it."""
import struct

from flows import DESTINATION_MAC, FORWARDER_MAC, SOURCE_MAC, TCP, mac

CHAIN = 100
FIRST_INDEX = 255
# What a frame carries when it comes back from the first function.
INDEX = FIRST_INDEX - 1
LABEL = CHAIN << 8 | INDEX


def member_mac(member):
    return f"02:00:00:00:01:{member:02x}"


def state(flows, correlation, groups):
    """Frames from the port `in` that match a rule go to one of as many functions as the first of the groups has, then to one
    of the second, and so on, then out of the port `out`. The functions understand the header."""
    members = [(group, member) for group, size in enumerate(groups) for member in range(size)]
    pairs = [{"name": f"p{group}-{member}", "ingress": f"f{group}-{member}", "egress": f"f{group}-{member}",
              "service_function_parameters": {"correlation": correlation}} for group, member in members]
    bits = 128 if flows.family == 6 else 32
    classifiers = [{"name": f"c{number}", "ethertype": f"IPv{flows.family}", "protocol": "tcp" if flows.protocol == TCP else "udp",
                    "logical_source_port": "in",
                    "source_ip_prefix": f"{source}/{bits}", "destination_ip_prefix": f"{destination}/{bits}",
                    "destination_port_range_min": port, "destination_port_range_max": port}
                   for number, (source, destination, port) in enumerate(flows.all_rules())]
    return {
        "networks": [{"name": "net"}],
        "ports": [port("in", SOURCE_MAC), port("out", DESTINATION_MAC),
                  *(port(f"f{group}-{member}", member_mac(len(groups) * member + group)) for group, member in members)],
        "port_pairs": pairs,
        "port_pair_groups": [{"name": f"g{group}", "port_pairs": [f"p{group}-{member}" for member in range(size)]}
                             for group, size in enumerate(groups)],
        "flow_classifiers": classifiers,
        "port_chains": [{"name": "chain", "chain_id": CHAIN, "chain_parameters": {"correlation": correlation},
                         "port_pair_groups": [f"g{group}" for group in range(len(groups))],
                         "flow_classifiers": [classifier["name"] for classifier in classifiers]}],
        # The label takes the place of the destination address, and the frame comes out with that of the last function.
        "uplinks": {"net": "out"},
        "functions": {pair["name"]: {"kind": "aware"} for pair in pairs},
    }


def port(name, address):
    return {"name": name, "network_id": "net", "mac_address": address, "device_id": f"vm-{name}"}


def in_nsh(frame):
    """Behind an Ethernet header and NSH of MD type 1 (RFC 8300), next protocol Ethernet."""
    return mac(FORWARDER_MAC) + mac(member_mac(0)) + struct.pack("!HHBBI", 0x894F, 63 << 6 | 6, 1, 3, CHAIN << 8 | INDEX) + bytes(16) + frame


def in_mpls(frame):
    """With a label behind its Ethernet header, in place of its type (RFC 3032)."""
    return frame[:12] + struct.pack("!HI", 0x8847, LABEL << 12 | 1 << 8 | FIRST_INDEX) + frame[14:]
