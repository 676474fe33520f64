"""Interfaces of the kernel: pairs of them, and what they have received."""
import contextlib
import json
import subprocess

from processes import command


@contextlib.contextmanager
def veth(near, far):
    """A pair of interfaces that are up."""
    command("ip", "link", "add", near, "type", "veth", "peer", "name", far)
    try:
        raise_link(near)
        raise_link(far)
        yield
    finally:
        command("ip", "link", "delete", near)


def raise_link(name):
    # The host's own IPv6 would send frames of its own.
    with open(f"/proc/sys/net/ipv6/conf/{name}/disable_ipv6", "w") as file:
        file.write("1")
    command("ip", "link", "set", name, "up", "promisc", "on")


def has_link(name):
    return subprocess.run(["ip", "link", "show", name], capture_output=True).returncode == 0


def received(name):
    """Frames and bytes that the interface has received. Asked of ip: /sys shows the interfaces of the first namespace."""
    counts = json.loads(command("ip", "-j", "-s", "link", "show", name))[0]["stats64"]["rx"]
    return counts["packets"], counts["bytes"]
