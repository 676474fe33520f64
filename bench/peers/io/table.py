"""The table of what was measured."""
import statistics

import chain
from paths import OURS, PATHS

ROUNDS_OF_RECORD = 5
NEAR_NS = 200
HEAD = """\
| path | CPUs | peer | rounds ours, peer | ours best | ours median | peer best | peer median | best / best | median / median | bar |
|---|---|---|---|---|---|---|---|---|---|---|"""


def placement(run):
    """Near, far, or None where the two CPUs came nearer or moved away meanwhile."""
    sides = {"near" if each < NEAR_NS else "far" for each in run["pingpong_ns"]}
    return sides.pop() if len(sides) == 1 else None


def of(runs, path, side, where):
    return [run for run in runs if run["path"] == path and run["side"] == side and where in ["any", placement(run)]]


def best(runs):
    return max(max(run["mpps"]) for run in runs)


def median(runs):
    return statistics.median(statistics.median(run["mpps"]) for run in runs)


def rows(runs):
    for path in PATHS:
        for where in ["near", "far", "any"]:
            ours = of(runs, path, OURS, where)
            for peer, bar in PATHS[path].bars.items():
                theirs = of(runs, path, peer, where)
                if ours and theirs:
                    yield (f"| {path} | {where} | {peer} | {len(ours)}, {len(theirs)} | {best(ours):.2f} | {median(ours):.2f} "
                           f"| {best(theirs):.2f} | {median(theirs):.2f} | {best(ours) / best(theirs):.2f} "
                           f"| {median(ours) / median(theirs):.2f} | {bar} |")


def is_of_record(runs):
    """Whether every side of every path ran often enough."""
    return all(sum(run["path"] == path and run["side"] == side for run in runs) >= ROUNDS_OF_RECORD
               for path in PATHS for side in PATHS[path].sides)


def text(runs, origin, options):
    moved = sum(placement(run) is None for run in runs)
    others = [run["others"] for run in runs]
    distances = [each for run in runs for each in run["pingpong_ns"]]
    return "\n".join([
        "# Real ports: a chain step of ours, plain forwarding of the peers",
        "",
        f"{origin} Mpps that came back (vhost-user, memif) or out (the others).",
        f"Frames of {chain.FRAME_BYTES} bytes, {chain.FLOWS} flows; ours classifies by {chain.RULES} rules, selects one of {chain.MEMBERS} members and",
        f"encapsulates in NSH. Forwarder and generator have a CPU each. {options.seconds} s a round after {options.warm_up} s; best: the best second; median: of the",
        "rounds' medians.",
        f"Near and far: ping-pong of a cache line below and above {NEAR_NS} ns; from {min(distances)} to {max(distances)} ns here. It changed during {moved} of",
        f"{len(runs)} measurements, which count in the rows \"any\" only. Others on the machine took {statistics.median(others):.0%} of the CPUs (median), at most {max(others):.0%}.",
        "",
        HEAD, *rows(runs),
        "",
    ])
