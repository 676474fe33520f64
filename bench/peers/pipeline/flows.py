"""The flows of a work: their frames, and the rules they match in the words of each forwarder.

Flow i belongs to rule i mod rules. A rule is exact in source and destination address, protocol and destination port; the
flows of one rule differ by their source port. The destination addresses are spread by a hash, because Open vSwitch balances
by source XOR destination: addresses that count up together would all go to one member.
"""
import random
import socket
import struct

FRAME_BYTES = 64
FRAMES = 16_384
SEED = 20261123

SOURCE_MAC = "02:00:00:00:00:01"
DESTINATION_MAC = "02:00:00:00:00:02"
FORWARDER_MAC = "02:00:5e:00:53:01"
TCP, UDP = 6, 17
ETHERTYPES = {4: 0x0800, 6: 0x86DD}
VLAN_TAG = struct.pack("!HH", 0x8100, 100)
FIRST_PORT = 1024
DESTINATION_PORTS = 4000
PCAP_HEADER = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)


class Flows:
    """So many flows over so many rules, as frames of 64 bytes in memory (no checksum behind them)."""

    def __init__(self, flows, rules, family=4, protocol=TCP, has_vlan=False):
        self.flows = flows
        self.rules = rules
        self.family = family
        self.protocol = protocol
        self.has_vlan = has_vlan
        self.frames_of_rules = {}

    def rule(self, number):
        """Source address, destination address, destination port."""
        hashed = number * 2654435761 >> 16 & 0xFFFF
        port = 2000 + number % DESTINATION_PORTS
        if self.family == 6:
            return f"2001:db8:1::{number >> 16:x}:{number & 0xFFFF:x}", f"2001:db8:2::{hashed:x}", port
        return f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", f"172.16.{hashed >> 8}.{hashed & 255}", port

    def all_rules(self):
        return map(self.rule, range(self.rules))

    def frame(self, number):
        before, after = self.frames_of_rules.get(number % self.rules) or self.around_port(number % self.rules)
        return before + struct.pack("!H", FIRST_PORT + number // self.rules) + after

    def around_port(self, rule):
        """What stands before and behind the source port in each frame of a rule. No checksum covers the port: TCP's and UDP's are 0."""
        source, destination, port = self.rule(rule)
        link = mac(DESTINATION_MAC) + mac(SOURCE_MAC) + (VLAN_TAG if self.has_vlan else b"") + struct.pack("!H", ETHERTYPES[self.family])
        transport = struct.pack("!H", port)
        ip_bytes = 20 if self.family == 4 else 40
        rest = FRAME_BYTES - len(link) - ip_bytes
        if self.protocol == TCP:
            transport += struct.pack("!IIBBHHH", 1, 1, 0x50, 0x10, 8192, 0, 0)
        else:
            transport += struct.pack("!HH", rest, 0)
        self.frames_of_rules[rule] = link + self.ip(source, destination, rest), transport.ljust(rest - 2, b"\0")
        return self.frames_of_rules[rule]

    def ip(self, source, destination, payload):
        if self.family == 6:
            return (struct.pack("!IHBB", 0x60000000, payload, self.protocol, 64)
                    + socket.inet_pton(socket.AF_INET6, source) + socket.inet_pton(socket.AF_INET6, destination))
        header = (struct.pack("!BBHHHBBH", 0x45, 0, 20 + payload, 0, 0, 64, self.protocol, 0)
                  + socket.inet_aton(source) + socket.inet_aton(destination))
        return header[:10] + struct.pack("!H", checksum(header)) + header[12:]

    def order(self):
        """The flow of each frame: every flow once, then any of them, in random order, to at least 16,384 frames."""
        draw = random.Random(SEED)
        numbers = list(range(self.flows)) + [draw.randrange(self.flows) for _ in range(FRAMES - self.flows)]
        draw.shuffle(numbers)
        return numbers

    def write(self, file_name, change=bytes, most=None):
        """The capture (pcap), of what a function makes of each frame, cut off after so many frames."""
        with open(file_name, "wb") as file:
            file.write(PCAP_HEADER)
            for number in self.order()[:most]:
                frame = change(self.frame(number))
                file.write(struct.pack("<IIII", 0, 0, len(frame), len(frame)) + frame)


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def checksum(header):
    """RFC 1071."""
    total = sum(struct.unpack(f"!{len(header) // 2}H", header))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
