"""What two CPUs are to one on this machine, whatever it says of its cores: a loop of additions on one, and on both at once."""
import os

from processes import FORWARDER_CPU, OTHER_CPU, PROGRAMS, command

ADDS = f"{PROGRAMS}/adds"
SETTING = "G/s"


def build():
    command("gcc", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O2", "-pthread", "-o", ADDS, f"{os.path.dirname(os.path.abspath(__file__))}/adds.c")


def adds(*_):
    return {SETTING: rate(FORWARDER_CPU)}


def adds_on_two(*_):
    return {SETTING: rate(OTHER_CPU, FORWARDER_CPU)}


def rate(*cpus):
    """Thousands of millions of additions a second, in all."""
    return float(command("nice", "-n", "-20", ADDS, *map(str, cpus)))
