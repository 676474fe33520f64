"""DPDK's example l3fwd in ACL mode: classifies by the same rules, then writes other MAC addresses; no balancing, no header."""
import os
import time

from processes import FORWARDER_CPU, PROGRAMS, Program, command
from telemetry import Ports
from testpmd import MEMORY, WARM_UP_S, devices

L3FWD = f"{PROGRAMS}/l3fwd"

# It makes as many buffers as its queues could hold, and the capture stays in some of them.
QUEUE = 65_535


def build():
    command(f"{os.path.dirname(os.path.abspath(__file__))}/build-l3fwd")


def rates(work, files, own, seconds):
    """With each way of classifying that this CPU has."""
    return {algorithm: rate(algorithm, files, own, seconds) for algorithm in algorithms()}


def algorithms():
    with open("/proc/cpuinfo") as file:
        return ["avx512x16", "avx512x32", "avx2"] if " avx512f " in file.read() else ["avx2"]


def rate(algorithm, files, own, seconds):
    words = [L3FWD, "--lcores", f"0@{FORWARDER_CPU}", *MEMORY, "--force-max-simd-bitwidth=512", *devices(files.peer_capture), "--",
             "-p", "0x3", "--config", "(0,0,0)", "--parse-ptype", "--lookup=acl", f"--alg={algorithm}",
             f"--rule_ipv4={files.rules}", f"--rule_ipv6={files.other_rules}", f"--rx-queue-size={QUEUE}", f"--tx-queue-size={QUEUE}"]
    with Program(own, "l3fwd", words, {"RUNTIME_DIRECTORY": own}) as program:
        ports = Ports(program, own)
        time.sleep(WARM_UP_S)
        return ports.rate(seconds)


def rule_line(source, destination, port):
    """A line of its rule file: frames of TCP that match are sent from port 1."""
    return f"R{source}/32 {destination}/32 0 : 65535 {port} : {port} 0x06/0xff 1\n"


OTHER_RULES = "R2001:db8:0:0:0:0:0:0/32 2001:db8:0:0:0:0:0:0/32 0 : 65535 0 : 65535 0x06/0xff 1\n"
