"""Programs started for one measurement, and what is common to them."""
import contextlib
import json
import os
import resource
import signal
import subprocess
import time

GENERATOR_CPU = min(os.sched_getaffinity(0))
FORWARDER_CPU = max(os.sched_getaffinity(0))
PATIENCE_S = 20
PINGPONG = f"{os.path.dirname(os.path.abspath(__file__))}/../../../artifacts/peers/pingpong"


class Broken(Exception):
    """A measurement that could not be made."""


class Program:
    """A running program; what it says is in a file. Ends with the block."""

    def __init__(self, work, name, words, environment=None):
        self.name = name
        self.log = f"{work}/{name}.log"
        with open(self.log, "w") as log:
            # Its standard input stays open: testpmd ends where that ends.
            self.process = subprocess.Popen(["nice", "-n", "-20", *words], stdin=subprocess.PIPE, stdout=log, stderr=log,
                                            env=os.environ | (environment or {}))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for end in [signal.SIGINT, signal.SIGKILL]:
            self.process.send_signal(end)
            try:
                self.process.wait(5)
                return
            except subprocess.TimeoutExpired:
                pass

    def said(self):
        with open(self.log, errors="replace") as log:
            return log.read()

    def wait_until(self, is_so, what):
        """Waits for a condition while the program runs."""
        until = time.monotonic() + PATIENCE_S
        while not is_so():
            if self.process.poll() is not None or time.monotonic() > until:
                raise Broken(f"{self.name}: {what} did not come. It said:\n{self.said()[-2000:]}")
            time.sleep(0.05)


def command(*words, environment=None):
    """Runs a short command; gives what it prints."""
    result = subprocess.run(words, capture_output=True, text=True, env=os.environ | (environment or {}))
    if result.returncode != 0:
        raise Broken(f"'{' '.join(words)}' ended with status {result.returncode}: {(result.stderr or result.stdout).strip()[-2000:]}")
    return result.stdout


def distance():
    """Nanoseconds for a cache line from the generator's CPU to the forwarder's and back. They may be at work meanwhile."""
    return int(command("nice", "-n", "-20", PINGPONG, str(GENERATOR_CPU), str(FORWARDER_CPU)))


class Others:
    """What the rest of the machine takes of the CPUs, from the making of this on."""

    def __init__(self):
        self.begin = time.monotonic(), self.taken()

    def share(self):
        """Of the time of all CPUs, 0 to 1. Programs of ours must have ended."""
        begin, taken = self.begin
        return max(0, self.taken() - taken) / (time.monotonic() - begin) / os.cpu_count()

    @staticmethod
    def taken():
        with open("/proc/stat") as file:
            user, nice, system, _, _, interrupts, soft, stolen = map(int, file.readline().split()[1:9])
        ours = sum(usage.ru_utime + usage.ru_stime for usage in map(resource.getrusage, [resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN]))
        return (user + nice + system + interrupts + soft + stolen) / os.sysconf("SC_CLK_TCK") - ours


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
