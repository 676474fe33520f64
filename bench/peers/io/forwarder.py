"""Our forwarder, `sfc up`: one pinned worker that polls, and the chain of chain.py."""
import contextlib
import json

import chain
from processes import FORWARDER_CPU, SFC, Program, command


@contextlib.contextmanager
def forwarder(work, source, members_at=None):
    """The forwarder with frames entering at one binding, and members behind another or the same."""
    with open(f"{work}/state.json", "w") as file:
        json.dump(chain.state(source, members_at), file)
    program = Program(work, "sfc", [SFC, "up", "--listen", f"unix:{work}/api", "--data", ":memory:",
                                    "--workers", "1", "--cpus", str(FORWARDER_CPU), "--idle", "spin"])
    with program:
        program.wait_until(lambda: "Listening on" in program.said(), "its API")
        command(SFC, "apply", f"{work}/state.json", "--server", f"unix:{work}/api")
        yield program
