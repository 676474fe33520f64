"""DPDK's testpmd: the feed alone, from the capture to nowhere. The floor under its peers."""
import time

from processes import FORWARDER_CPU, OTHER_CPU, Program
from telemetry import Ports

MEMORY = ["--no-pci", "--in-memory", "--log-level=4"]
WARM_UP_S = 1


def devices(capture):
    """The capture, over and over, as port 0, each time copied to a fresh buffer; port 1 takes what is sent to it."""
    return ["--vdev", f"net_pcap0,rx_pcap={capture},infinite_rx=1", "--vdev", "net_null0,no-rx=1"]


def rates(work, files, own, seconds):
    words = ["dpdk-testpmd", "--lcores", f"0@{OTHER_CPU},1@{FORWARDER_CPU}", *MEMORY, *devices(files.peer_capture),
             "--", "--forward-mode=io", "--auto-start", f"--total-num-mbufs={2 * work.peer_frames}"]
    with Program(own, "testpmd", words, {"RUNTIME_DIRECTORY": own}) as program:
        ports = Ports(program, own)
        time.sleep(WARM_UP_S)
        return {"io": ports.rate(seconds)}
