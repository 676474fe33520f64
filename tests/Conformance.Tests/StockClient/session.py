"""Runs the stock OpenStack client as often as asked, in one interpreter: starting it takes seconds, a command does not.

Reads one JSON list of arguments a line, answers one JSON object a line. The client itself is Debian's, as it is.
"""

import contextlib
import io
import json
import sys


def run(shell, arguments):
    output, error = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(error):
        try:
            status = shell.main(arguments)
        except SystemExit as leaving:
            status = leaving.code
    return {"status": status, "output": output.getvalue(), "error": error.getvalue()}


def main():
    try:
        from openstackclient import shell
        import neutronclient.osc.v2.sfc.sfc_port_pair  # noqa: F401
        # Without these, the client finds no SFC resource by name or id.
        import networking_sfc.cli.port_pair  # noqa: F401
    except ImportError as problem:
        print(json.dumps({"missing": str(problem)}), flush=True)
        return
    print(json.dumps({"missing": None}), flush=True)
    for line in sys.stdin:
        print(json.dumps(run(shell, json.loads(line))), flush=True)


main()
