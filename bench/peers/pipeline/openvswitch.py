"""Open vSwitch with DPDK, doing the same chain step: rule, member by hash, header and addresses; or the header off."""
import re
import time

import switch
from chain import CHAIN, FIRST_INDEX, INDEX, LABEL, member_mac
from flows import FORWARDER_MAC
from processes import Broken
from telemetry import Ports

MEGABYTES = 1024
WARM_UP_S = 3

# At least, of flows that each have an entry of their own in the datapath: 30,000 to 50,000 were seen.
LEARNT_PER_S = 20_000
SETTLE_S = 1
# Flows that have been seen stay, and there is room for them.
SETTINGS = ["max-idle=600000", "flow-limit=300000"]
OUT = "output:2"

HEADERS = {
    # Encapsulating is not possible in a bucket itself: there it is silently a drop.
    "nsh": f"encap(nsh(md_type=1)),set_field:{CHAIN}->nsh_spi,set_field:{FIRST_INDEX}->nsh_si,encap(ethernet),set_field:{FORWARDER_MAC}->eth_src",
    "mpls": f"push_mpls:0x8847,set_field:{CHAIN << 8 | FIRST_INDEX}->mpls_label,set_mpls_ttl(255)",
}


# How a group takes its member. dp_hash hashes in the datapath and sends the frame through it once more; hash decides for a flow
# when it is first seen, and the datapath then has an entry for each flow.
SELECTIONS = {"dp_hash": "dp_hash", "hash": "hash,fields(ip_src,ip_dst,nw_proto,tcp_src,tcp_dst)"}

# Of what was seen: a share of exact matches, signatures of all, or neither: emc-insert-inv-prob and smc-enable.
CACHES = {"EMC": (100, "false"), "no cache": (0, "false"), "SMC": (0, "true")}


def entering(flows, correlation, members):
    """The step of a frame that enters: a rule gives it to the group, whose bucket names the member; only then is it
    encapsulated, since the switch would hash the new header, which is the same for all."""
    buckets = ",".join(f"bucket=bucket_id:{member},weight:1,actions=set_field:{member}->reg0,resubmit(,1)" for member in range(members))
    steps = [f"table=0,priority=100,in_port=1,tcp,nw_src={source},nw_dst={destination},tp_dst={port},actions=group:1"
             for source, destination, port in flows.all_rules()]
    steps += [f"table=1,reg0={member},actions={HEADERS[correlation]},set_field:{member_mac(member)}->eth_dst,{OUT}" for member in range(members)]
    return steps, {name: f"group_id=1,type=select,selection_method={method},{buckets}" for name, method in SELECTIONS.items()}


def on_the_way(match, actions):
    """The step of a frame that carries the header: the same for all, no group."""
    return [f"in_port=1,{match},actions={actions},{OUT}"], {"": None}


AT_INDEX = f"dl_type=0x894f,nsh_spi={CHAIN},nsh_si={INDEX}"
TRANSIT = on_the_way(AT_INDEX, f"set_field:{member_mac(1)}->eth_dst")
REMOVE_NSH = on_the_way(AT_INDEX, "decap(),decap()")
REMOVE_MPLS = on_the_way(f"dl_type=0x8847,mpls_label={LABEL}", "pop_mpls:0x0800")


def rates(work, files, own, seconds):
    steps, groups = work.openflow
    with open(f"{own}/steps", "w") as file:
        file.writelines(f"{step}\n" for step in steps)
    with switch.started(own, MEGABYTES, *SETTINGS) as running:
        running.add_port("p2", 2, "type=dpdk", "options:dpdk-devargs=net_null0,no-rx=1")
        regroup(running, next(iter(groups.values())))
        running.steer("add-flows", f"{own}/steps")
        # Traffic comes last: under load a change of flows takes 5 ms, without it 0.1.
        running.add_port("p1", 1, "type=dpdk", f"options:dpdk-devargs=net_pcap0,rx_pcap={files.peer_capture},infinite_rx=1")
        ports = Ports(running.program, own)
        reached = {}
        for selection, group in groups.items():
            regroup(running, group)
            time.sleep(WARM_UP_S + work.peer_frames / LEARNT_PER_S)
            for cache, (insertions, has_signatures) in CACHES.items():
                running.configure("set", "Open_vSwitch", ".", f"other_config:emc-insert-inv-prob={insertions}", f"other_config:smc-enable={has_signatures}")
                time.sleep(SETTLE_S)
                reached[f"{selection} {cache}".strip()] = ports.rate(seconds)
        check(running, is_balanced=any(groups.values()))
        return reached


def regroup(running, group):
    if group:
        running.steer("mod-group", group, "--may-create")


def check(running, is_balanced):
    """Whether each member got its share, or the one step there is all."""
    counts = [int(count) for count in re.findall(r"n_packets=(\d+)", running.steer("dump-flows", "table=1" if is_balanced else "table=0"))]
    if not counts or min(counts) * len(counts) <= sum(counts) / 2:
        raise Broken(f"Open vSwitch's steps took {counts} frames")
