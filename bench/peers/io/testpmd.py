"""DPDK's testpmd: as the generator of every measurement, and as a forwarder that does nothing else (io)."""
import itertools
import re

import chain
from processes import FORWARDER_CPU, OTHER_CPU, Program

# Anonymous huge pages, in one piece where a peer is to map them.
MEMORY = ["--in-memory", "--single-file-segments", "-m", "256", "--no-pci", "--no-telemetry", "--log-level=4"]


def start(work, name, cpu, devices, options):
    words = ["stdbuf", "-oL", "dpdk-testpmd", "--lcores", f"0@{OTHER_CPU},1@{cpu}", *MEMORY, "--file-prefix", name]
    for device in devices:
        words += ["--vdev", device]
    words += ["--", "--auto-start", "--total-num-mbufs=65536", *options]
    return Program(work, name, words, {"RUNTIME_DIRECTORY": work})


def forwarder(work, devices):
    return start(work, "testpmd", FORWARDER_CPU, devices, ["--forward-mode=io"])


def generator(work, device, options=()):
    """Sends as fast as it is taken, and throws away what comes back. Says what moved every second."""
    return start(work, "generator", OTHER_CPU, [device],
                 ["--forward-mode=flowgen", f"--flowgen-flows={chain.FLOWS}", f"--txpkts={chain.FRAME_BYTES}", "--stats-period", "1", *options])


def returned(program):
    """Frames a second that came back and their length in bytes, for each second since the first did."""
    pairs = re.findall(r"Rx-pps:\s+(\d+)\s+Rx-bps:\s+(\d+)", program.said())
    rates = [(int(frames), int(bits) / 8 / max(1, int(frames))) for frames, bits in pairs]
    return list(itertools.dropwhile(lambda rate: rate[0] == 0, rates))
