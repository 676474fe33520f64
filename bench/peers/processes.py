"""Programs started for one measurement, and what is common to them."""
import os
import resource
import signal
import subprocess
import time

OTHER_CPU = min(os.sched_getaffinity(0))
FORWARDER_CPU = max(os.sched_getaffinity(0))
PATIENCE_S = 20
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SFC = f"{ROOT}/tools/sfc"
PROGRAMS = f"{ROOT}/artifacts/peers"


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
