"""The table of what was measured."""
import statistics

from flows import FRAME_BYTES, FRAMES, SEED
from works import ADDS, ADDS_ON_TWO, OURS, TWO, WORKS

PROCESSES_OF_RECORD = 10
HEAD = """\
| work | who | processes | Mpps best | by | Mpps median | by | cycles best | cycles median | ours / it, best | ours / it, median | bar |
|---|---|---|---|---|---|---|---|---|---|---|---|"""
HEAD_OF_KINDS = """\
| ours | to | cycles best / best | median / median | bar |
|---|---|---|---|---|"""

HEAD_OF_SETTINGS = """\
| work | peer | setting | Mpps best | Mpps median |
|---|---|---|---|---|"""
HEAD_OF_SCALING = """\
| work | | one, Mpps | two, Mpps | speed-up | additions one, G/s | two, G/s | speed-up | ours / additions | bar |
|---|---|---|---|---|---|---|---|---|---|"""


class Reached:
    """What one side reached in one work: the best of its settings by best, and by median over the processes."""

    def __init__(self, runs, work, side):
        own = [run["mpps"] for run in runs if run["work"] == work and run["side"] == side]
        self.processes = len(own)
        self.settings = {setting: [rates[setting] for rates in own if setting in rates] for rates in own for setting in rates}
        self.best, self.best_by = choose(self.settings, max)
        self.median, self.median_by = choose(self.settings, statistics.median)


def choose(settings, over_processes):
    return max(((over_processes(rates), setting) for setting, rates in settings.items()), default=(0, ""))


def rows(runs, megahertz):
    for name, work in WORKS.items():
        if work.scaling:
            continue
        ours = Reached(runs, name, OURS)
        for side, bar in work.bars.items():
            own = Reached(runs, name, side)
            if not own.processes:
                continue
            ratios = ["", ""] if side == OURS or not ours.processes else [f"{ours.best / own.best:.2f}", f"{ours.median / own.median:.2f}"]
            cells = [work.title, side, own.processes, f"{own.best:.2f}", own.best_by, f"{own.median:.2f}", own.median_by,
                     f"{megahertz / own.best:.0f}", f"{megahertz / own.median:.0f}", *ratios, bar or ""]
            yield f"| {' | '.join(map(str, cells))} |"


def rows_of_settings(runs):
    for name, work in WORKS.items():
        for side in work.bars:
            settings = Reached(runs, name, side).settings
            for setting, rates in settings.items() if len(settings) > 1 else []:
                yield f"| {work.title} | {side} | {setting} | {max(rates):.2f} | {statistics.median(rates):.2f} |"


def rows_of_kinds(runs):
    for name, work in WORKS.items():
        if work.against:
            other, bar = work.against
            own, to = Reached(runs, name, OURS), Reached(runs, other, OURS)
            if own.processes and to.processes:
                yield f"| {work.title} | {WORKS[other].title} | {to.best / own.best:.2f} | {to.median / own.median:.2f} | {bar} at most |"


def rows_of_scaling(runs):
    for name, work in WORKS.items():
        one, two, adds, adds_on_two = (Reached(runs, name, side) for side in [OURS, TWO, ADDS, ADDS_ON_TWO])
        if work.scaling and adds_on_two.processes:
            for which in ["best", "median"]:
                rates = [getattr(each, which) for each in [one, two, adds, adds_on_two]]
                ours, additions = rates[1] / rates[0], rates[3] / rates[2]
                yield (f"| {work.title} | {which} | {rates[0]:.2f} | {rates[1]:.2f} | {ours:.2f} | {rates[2]:.2f} | {rates[3]:.2f} "
                       f"| {additions:.2f} | {ours / additions:.2f} | {work.scaling} |")


def is_of_record(runs):
    """Whether each side of each work was measured in enough processes."""
    return all(Reached(runs, name, side).processes >= PROCESSES_OF_RECORD for name, work in WORKS.items() for side in work.bars)


def text(runs, origin, megahertz, seconds):
    others = [run["others"] for run in runs]
    return "\n".join([
        "# Pipeline: one step of a chain, ours and the peers'",
        "",
        f"{origin} Millions of frames of {FRAME_BYTES} bytes a second that one pinned core takes",
        f"from memory, each copied into a fresh buffer, and gives to a port that takes everything; {FRAMES:,} frames, seed {SEED}. {seconds:g} s a measurement,",
        "processes of all sides in turn. \"By\": the setting of a peer that was best, separately for best and median. Cycles: of the time stamp",
        f"counter at {megahertz:.0f} MHz. l3fwd only classifies and writes addresses; testpmd io is the feed alone.",
        f"Others on the machine took {statistics.median(others):.1%} of the CPUs (median), at most {max(others):.1%}.",
        "",
        HEAD, *rows(runs, megahertz),
        "",
        HEAD_OF_SETTINGS, *rows_of_settings(runs),
        "",
        HEAD_OF_KINDS, *rows_of_kinds(runs),
        "",
        HEAD_OF_SCALING, *rows_of_scaling(runs),
        "",
    ])
