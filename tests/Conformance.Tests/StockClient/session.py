"""Runs the stock OpenStack client as often as asked, in one interpreter: starting it takes seconds, a command does not.

Reads one JSON list of arguments a line, answers one JSON object a line. An empty list begins a session and another one
ends it: the client keeps the first server it has spoken to, so each session is a process of its own, forked from one that has
loaded everything. The client itself is Debian's, as it is.
"""

import contextlib
import io
import json
import os
import sys


def run(shell, arguments):
    output, error = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(error):
        try:
            status = shell.main(arguments)
        except SystemExit as leaving:
            status = leaving.code
    return {"status": status, "output": output.getvalue(), "error": error.getvalue()}


def serve(shell, lines):
    for line in iter(lines.readline, b""):
        arguments = json.loads(line)
        if not arguments:
            return
        print(json.dumps(run(shell, arguments)), flush=True)


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
    # Unbuffered, so that a session leaves to the next what it has not read.
    lines = open(0, "rb", buffering=0)
    while lines.readline():
        if os.fork() == 0:
            serve(shell, lines)
            os._exit(0)
        os.wait()


main()
