"""Open vSwitch with DPDK as the forwarder: frames go out where they came in."""
import contextlib

import switch


@contextlib.contextmanager
def forwarder(work, interface):
    """The switch with one port, whose type and options are given as ovs-vsctl takes them."""
    with switch.started(work, 512) as running:
        running.add_port("p1", 1, *interface)
        running.steer("add-flow", "in_port=1,actions=in_port")
        yield running.program
