"""What a run takes of the host and gives back: packages, a network namespace, priorities and huge pages."""
import contextlib
import os
import signal
import subprocess
import sys

from processes import Broken, FORWARDER_CPU, OTHER_CPU, command

POLICY = "/usr/sbin/policy-rc.d"
HUGE_PAGES = "/proc/sys/vm/nr_hugepages"
HUGE_PAGES_WANTED = 1024
AUTOGROUP = "/proc/sys/kernel/sched_autogroup_enabled"
INSIDE = "SFC_BENCH_NAMESPACE"


def enter(packages, prepare):
    """Installs Debian packages, prepares, and goes on as the same command in a network namespace of its own."""
    if INSIDE not in os.environ:
        if os.geteuid() != 0:
            raise Broken("interfaces, huge pages and priorities need root")
        if OTHER_CPU == FORWARDER_CPU:
            raise Broken("two CPUs are needed, one of them for who forwards")
        install(packages)
        prepare()
        os.execvpe("unshare", ["unshare", "-n", sys.executable, "-B", *sys.argv], os.environ | {INSIDE: "1"})
    # Ended from outside, it still ends its programs and puts the settings back.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    command("ip", "link", "set", "lo", "up")


def install(packages):
    missing = [package for package in packages
               if subprocess.run(["dpkg-query", "-W", "-f=${db:Status-Status}", package], capture_output=True, text=True).stdout != "installed"]
    if missing:
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        command("apt-get", "update", "-qq", environment=quiet)
        with no_services():
            command("apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing, environment=quiet)


@contextlib.contextmanager
def no_services():
    """Open vSwitch's package brings a service, and we start a switch of our own. Debian asks policy-rc.d first."""
    try:
        with open(POLICY, "x") as file:
            file.write("#!/bin/sh\nexit 101\n")
    except FileExistsError:
        yield
        return
    try:
        os.chmod(POLICY, 0o755)
        yield
    finally:
        os.remove(POLICY)


@contextlib.contextmanager
def prepared():
    """Huge pages for the peers, and a priority that counts: with a group for each terminal, ours would say nothing to what runs in another."""
    with setting(HUGE_PAGES, lambda before: before + HUGE_PAGES_WANTED), setting(AUTOGROUP, lambda _: 0):
        yield


@contextlib.contextmanager
def setting(file_name, change):
    """A setting of the host, changed for the run and put back after it."""
    with open(file_name) as file:
        before = int(file.read())
    try:
        with open(file_name, "w") as file:
            file.write(str(change(before)))
        yield
    finally:
        with open(file_name, "w") as file:
            file.write(str(before))
