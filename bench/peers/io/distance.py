"""How far the two CPUs are from each other, by pingpong.c."""
import os

from processes import FORWARDER_CPU, OTHER_CPU, PROGRAMS, command

PINGPONG = f"{PROGRAMS}/pingpong"


def build():
    os.makedirs(PROGRAMS, exist_ok=True)
    command("gcc", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O2", "-pthread",
            "-o", PINGPONG, f"{os.path.dirname(os.path.abspath(__file__))}/pingpong.c")


def distance():
    """Nanoseconds for a cache line from the generator's CPU to the forwarder's and back. They may be at work meanwhile."""
    return int(command("nice", "-n", "-20", PINGPONG, str(OTHER_CPU), str(FORWARDER_CPU)))
