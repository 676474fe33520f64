"""The paths that are measured, who forwards on each of them, and what our rate should be to a peer's: `PATHS`."""
import contextlib
import os
import time

import forwarder
import openvswitch
import testpmd
from distance import distance
from links import has_link, raise_link, received, veth

OURS = "sfc, chain step"
OVS = "Open vSwitch-DPDK"
TESTPMD = "testpmd io"


class Hairpin:
    """Frames come back to the generator through the port it sent them to: shared memory, nothing of the kernel.

    A side is who forwards (a function of a directory and the path of the socket), the generator's device, with {socket}
    in it, and other options of the generator.
    """

    def __init__(self, bars, sides):
        self.bars = bars
        self.sides = sides

    def measure(self, side, work, warm_up, seconds):
        """Frames a second and their length in bytes when they came back, for each second; and how far the CPUs were from
        each other before and after."""
        start, device, options = self.sides[side]
        socket = f"{work}/socket"
        with start(work, socket) as program:
            # Where the generator does not listen, the forwarder does.
            if "server=1" not in device:
                program.wait_until(lambda: os.path.exists(socket), "its socket")
            with testpmd.generator(work, device.format(socket=socket), options) as generator:
                # One second more each time: in the first traffic began, or the CPUs' distance was taken.
                generator.wait_until(lambda: len(testpmd.returned(generator)) > warm_up, "traffic")
                before, ready = distance(), len(testpmd.returned(generator))
                generator.wait_until(lambda: len(testpmd.returned(generator)) > ready + seconds, "traffic")
                return testpmd.returned(generator)[ready + 1:][:seconds], [before, distance()]


class Links:
    """Frames enter at an interface of the kernel and leave at another; a side, given a directory, forwards from f0 to f1."""

    def __init__(self, bars, sides, has_veth=True):
        self.bars = bars
        self.sides = sides
        self.has_veth = has_veth

    def measure(self, side, work, warm_up, seconds):
        """Frames a second and their length in bytes when they left, for each second; and the CPUs' distance, as above."""
        with contextlib.ExitStack() as stack:
            # TAPs are made by who forwards, and the kernel's end has the same name.
            enters, leaves = "f0", "f1"
            if self.has_veth:
                enters, leaves = "g0", "s1"
                stack.enter_context(veth("g0", "f0"))
                stack.enter_context(veth("f1", "s1"))
            program = stack.enter_context(self.sides[side](work))
            program.wait_until(lambda: has_link("f0") and has_link("f1"), "its interfaces")
            raise_link("f0")
            raise_link("f1")
            stack.enter_context(testpmd.generator(work, f"net_af_packet0,iface={enters},qdisc_bypass=1"))
            # The host itself says something when an interface comes up.
            few = received(leaves)[0] + 1000
            program.wait_until(lambda: received(leaves)[0] > few, "traffic")
            time.sleep(warm_up)
            before = distance()
            return [passing(leaves) for _ in range(seconds)], [before, distance()]


def passing(link):
    """Frames a second and their length in bytes, over a second."""
    begin, (frames, length) = time.monotonic(), received(link)
    time.sleep(1)
    frames_later, length_later = received(link)
    moved = frames_later - frames
    return moved / (time.monotonic() - begin), (length_later - length) / moved if moved else 0


def ours_of_links(kind):
    return lambda work: forwarder.forwarder(work, {"kind": kind, "interface": "f0"}, {"kind": kind, "interface": "f1"})


def testpmd_of_links(device, settings=""):
    return lambda work: testpmd.forwarder(work, [f"{device}{number},iface=f{number}{settings}" for number in range(2)])


VIRTIO_USER = "net_virtio_user0,path={socket},queues=1,queue_size=1024"
MEMIF_CLIENT = "net_memif0,role=client,socket={socket},socket-abstract=no"
AF_PACKET_RINGS = ",qdisc_bypass=1,framesz=2048,framecnt=512,blocksz=4096"

PATHS = {
    "vhost-user": Hairpin({OVS: 1.2, TESTPMD: 0.7}, {
        OURS: (lambda work, socket: forwarder.forwarder(work, {"kind": "vhost-user", "socket": socket, "mode": "server"}), VIRTIO_USER, []),
        OVS: (lambda work, socket: openvswitch.forwarder(work, ["type=dpdkvhostuserclient", f"options:vhost-server-path={socket}"]),
              VIRTIO_USER + ",server=1", []),
        TESTPMD: (lambda work, socket: testpmd.forwarder(work, [f"net_vhost0,iface={socket},queues=1"]), VIRTIO_USER, []),
    }),
    "memif": Hairpin({OVS: 2.0, TESTPMD: 0.7}, {
        OURS: (lambda work, socket: forwarder.forwarder(work, {"kind": "memif", "socket": socket, "role": "server"}), MEMIF_CLIENT, []),
        # Its polling thread sends on the second pair of queues; with one pair everything is lost without a word.
        OVS: (lambda work, socket: openvswitch.forwarder(work, [
            "type=dpdk", "options:n_rxq=2", f"options:dpdk-devargs=net_memif0,role=server,socket={socket},socket-abstract=no"]),
              MEMIF_CLIENT, ["--rxq=2", "--txq=2"]),
        TESTPMD: (lambda work, socket: testpmd.forwarder(work, [f"net_memif0,role=server,socket={socket},socket-abstract=no"]), MEMIF_CLIENT, []),
    }),
    "AF_PACKET": Links({TESTPMD: 0.9}, {OURS: ours_of_links("af-packet"), TESTPMD: testpmd_of_links("net_af_packet", AF_PACKET_RINGS)}),
    "AF_XDP": Links({TESTPMD: 0.9}, {OURS: ours_of_links("af-xdp"), TESTPMD: testpmd_of_links("net_af_xdp")}),
    "TAP": Links({TESTPMD: 2.0}, {OURS: ours_of_links("tap"), TESTPMD: testpmd_of_links("net_tap")}, has_veth=False),
}
