"""Our engine: `sfc bench pipeline`, on one pinned thread, or on two."""
import json

from processes import FORWARDER_CPU, OTHER_CPU, SFC, Broken, command

# Seeing one processor, .NET waits ten times as long before it compiles a method well, and the command waits for that.
ENVIRONMENT = {"DOTNET_PROCESSOR_COUNT": "2"}
SETTING = "as it is"


def rates(work, files, _, seconds):
    return {SETTING: rate(work, files, seconds, [FORWARDER_CPU])}


def rates_of_two(work, files, _, seconds):
    return {SETTING: rate(work, files, seconds, [OTHER_CPU, FORWARDER_CPU])}


def rate(work, files, seconds, cpus):
    """With a worker for each of the CPUs."""
    report = json.loads(command(
        "nice", "-n", "-20", "taskset", "-c", ",".join(map(str, cpus)), SFC, "bench", "pipeline", "--state", files.state, "--input", f"in={files.capture}",
        "--copy", "--stage", work.stage, "--workers", str(len(cpus)), "--seconds", str(seconds), "--processes", "1", "--json", environment=ENVIRONMENT))
    if report["bytes_allocated"] or report["collections"]:
        raise Broken(f"{report['bytes_allocated']} bytes were allocated, {report['collections']} collections made")
    if report.get("flow_table_hit_ratio", 0) > work.most_recalled:
        raise Broken(f"{report['flow_table_hit_ratio']:.1%} of the frames were of flows that were known, where {work.most_recalled:.1%} may be")
    return report["mpps_best"]


def check(work, files):
    """Plays the capture through the chain once: each frame enters it, and each member has its share."""
    report = json.loads(command(SFC, "replay", "--state", files.state, "--input", f"in={files.capture}", "--output", "/dev/null", "--json"))
    (chain,) = report["chains"]
    received = next(port["received"] for port in report["ports"] if port["name"] == "in")
    least = min(member["packets"] * len(hop["members"]) for hop in chain["hops"] for member in hop["members"])
    if chain["packets"] != received or any(report["dropped"].values()) or least < received / 2:
        raise Broken(f"our chain took {chain['packets']} of {received} frames, dropped {report['dropped']}, and the least member had {least} / members")
