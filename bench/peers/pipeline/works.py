"""What is measured, who can do it, and what our rate should be to a peer's: `WORKS`."""
import json
from dataclasses import dataclass
from typing import Callable

import chain
import l3fwd
import openvswitch
import ours
import scaling
import testpmd
from flows import Flows, UDP

OURS = "sfc"
TWO = "sfc, two workers"
ADDS = "adds"
ADDS_ON_TWO = "adds on two CPUs"
OVS = "Open vSwitch-DPDK"
L3FWD = "l3fwd ACL"
FLOOR = "testpmd io"
SIDES = {OURS: ours.rates, TWO: ours.rates_of_two, ADDS: scaling.adds, ADDS_ON_TWO: scaling.adds_on_two, OVS: openvswitch.rates, L3FWD: l3fwd.rates, FLOOR: testpmd.rates}

# A frame of theirs takes a buffer of 2 KiB, and Open vSwitch has 262,144 of them.
MOST_PEER_FRAMES = 131_072


@dataclass
class Work:
    """A step of a chain, of frames that enter it (`stage` enter) or are on their way in it (transit, remove)."""

    title: str
    flows: Flows

    # By side, what is asked of it: of our own, in words; of a peer, the least ratio of our rate to its.
    bars: dict

    correlation: str = "nsh"
    groups: tuple = (4,)
    stage: str = "enter"

    # What makes a frame on its way of one of the flows.
    change: Callable = bytes

    # The step in OpenFlow: flows and groups.
    openflow: tuple = None

    # Another work, and how many times its cycles ours may take at most.
    against: tuple = None

    # Of the frames, the share whose flow our table may know.
    most_recalled: float = 1

    # Of the speed-up that additions have on the second CPU, the least share that our second worker has to have.
    scaling: float = None

    @property
    def peer_frames(self):
        return min(MOST_PEER_FRAMES, len(self.flows.order()))


class Files:
    """What the sides read, in a folder."""

    def __init__(self, work, folder):
        self.state, self.capture, self.peer_capture, self.rules, self.other_rules = (
            f"{folder}/{name}" for name in ["state.json", "ours.pcap", "peers.pcap", "rules", "other-rules"])
        with open(self.state, "w") as file:
            json.dump(chain.state(work.flows, work.correlation, work.groups), file)
        work.flows.write(self.capture)
        work.flows.write(self.peer_capture, work.change, work.peer_frames)
        with open(self.rules, "w") as file:
            file.writelines(l3fwd.rule_line(*rule) for rule in work.flows.all_rules())
        with open(self.other_rules, "w") as file:
            file.write(l3fwd.OTHER_RULES)


FEW = Flows(10_000, 100)
FEW_OF_UDP = Flows(10_000, 100, protocol=UDP)
MANY_RULES = Flows(10_000, 10_000)
MANY = Flows(1_000_000, 10_000)

# Eight times what our table has room for: when one comes again, it is long forgotten.
NEW = Flows(8_388_608, 10_000)

WORKS = {
    "nsh": Work("NSH, 10 k flows, 100 rules, 4 members", FEW, {OURS: "100 cycles", OVS: 10, L3FWD: 1, FLOOR: None},
                openflow=openvswitch.entering(FEW, "nsh", 4)),
    "mpls": Work("MPLS, 10 k flows, 100 rules, 4 members", FEW, {OURS: None, OVS: 9, L3FWD: None, FLOOR: None}, "mpls",
                 openflow=openvswitch.entering(FEW, "mpls", 4)),
    "rules": Work("NSH, 10 k flows, 10 k rules, 4 members", MANY_RULES, {OURS: None, OVS: 10, L3FWD: None, FLOOR: None},
                  openflow=openvswitch.entering(MANY_RULES, "nsh", 4)),
    "flows": Work("NSH, 1 M flows (peers: 131,072), 10 k rules, 4 members", MANY, {OURS: "10 Mpps", OVS: None, L3FWD: None, FLOOR: None},
                  openflow=openvswitch.entering(MANY, "nsh", 4)),
    "new": Work("NSH, new flows only (peers: 131,072 again and again), 10 k rules, 4 members", NEW, {OURS: "8 Mpps", OVS: None, L3FWD: None, FLOOR: None},
                openflow=openvswitch.entering(NEW, "nsh", 4), most_recalled=0.1),
    "transit": Work("NSH transit", FEW, {OURS: None, OVS: 3, FLOOR: None}, groups=(1, 1), stage="transit",
                    change=chain.in_nsh, openflow=openvswitch.TRANSIT),
    "remove-nsh": Work("NSH removed", FEW, {OURS: None, OVS: 2, FLOOR: None}, groups=(1,), stage="remove",
                       change=chain.in_nsh, openflow=openvswitch.REMOVE_NSH),
    "remove-mpls": Work("MPLS removed", FEW, {OURS: None, OVS: 2, FLOOR: None}, "mpls", (1,), "remove",
                        change=chain.in_mpls, openflow=openvswitch.REMOVE_MPLS),
    "udp": Work("NSH as above, of UDP", FEW_OF_UDP, {OURS: None}),
    "ipv6": Work("IPv6, UDP", Flows(10_000, 100, family=6, protocol=UDP), {OURS: None}, against=("udp", 1.25)),
    "vlan": Work("VLAN-tagged", Flows(10_000, 100, has_vlan=True), {OURS: None}, against=("nsh", 1.1)),
    "two": Work("NSH, one worker and two", FEW, {OURS: None, TWO: None, ADDS: None, ADDS_ON_TWO: None}, scaling=0.9),
}
