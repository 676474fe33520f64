"""What a DPDK program has sent, asked of its telemetry socket while it runs."""
import json
import os
import socket
import time

from processes import Broken


class Ports:
    """The ports of a running program that keeps its files in a directory."""

    def __init__(self, program, directory, prefix="rte"):
        path = f"{directory}/dpdk/{prefix}/dpdk_telemetry.v2"
        program.wait_until(lambda: os.path.exists(path), "its telemetry")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.settimeout(5)
        self.socket.connect(path)
        self.most = json.loads(self.socket.recv(16_384))["max_output_len"]
        program.wait_until(lambda: {"net_pcap0", "net_null0"} <= set(self.numbers()), "both its ports")
        self.source, self.sink = (self.numbers()[name] for name in ["net_pcap0", "net_null0"])
        program.wait_until(lambda: self.counts()[2] > 0, "traffic")

    def ask(self, what):
        self.socket.send(what.encode())
        return next(iter(json.loads(self.socket.recv(self.most)).values()))

    def numbers(self):
        """Ports by the name of their device."""
        return {self.ask(f"/ethdev/info,{number}")["name"]: number for number in self.ask("/ethdev/list") or []}

    def counts(self):
        """The time, frames received and frames sent."""
        return time.monotonic(), self.ask(f"/ethdev/stats,{self.source}")["ipackets"], self.ask(f"/ethdev/stats,{self.sink}")["opackets"]

    def rate(self, seconds):
        """Millions of frames sent a second. Only what was sent counts; not one in twenty may be lost on the way, since the two are not asked for at the same moment."""
        begin, received, sent = self.counts()
        time.sleep(seconds)
        end, received_later, sent_later = self.counts()
        if sent_later - sent < 0.95 * (received_later - received) or sent_later == sent:
            raise Broken(f"of {received_later - received} frames received {sent_later - sent} were sent")
        return (sent_later - sent) / (end - begin) / 1e6
