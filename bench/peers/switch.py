"""Open vSwitch with DPDK: a database, a switch and a bridge of its own, in the namespace of the run."""
import contextlib
import os

from processes import FORWARDER_CPU, OTHER_CPU, Program, command

SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema"
SWITCH = "/usr/lib/openvswitch-switch-dpdk/ovs-vswitchd-dpdk"


class Switch:
    """The running switch with the bridge br0, which forwards nothing until it is told."""

    def __init__(self, work, places):
        self.work = work
        self.places = places
        self.program = None

    def configure(self, *words):
        """ovs-vsctl. It waits until the switch has taken the change."""
        return command("ovs-vsctl", f"--db=unix:{self.work}/db.sock", *words, environment=self.places)

    def add_port(self, name, number, *interface):
        """A port with its OpenFlow number, and type and options as ovs-vsctl takes them."""
        self.configure("add-port", "br0", name, "--", "set", "Interface", name, f"ofport_request={number}", *interface)

    def steer(self, verb, *words):
        """ovs-ofctl, on the bridge."""
        return command("ovs-ofctl", "-O", "OpenFlow15", verb, f"unix:{self.work}/br0.mgmt", *words, environment=self.places)

    def control(self, *words):
        """ovs-appctl."""
        return command("ovs-appctl", "-t", f"{self.work}/ovs-vswitchd-dpdk.{self.program.process.pid}.ctl", *words, environment=self.places)


@contextlib.contextmanager
def started(work, megabytes, *settings):
    """A switch with one polling thread and so much memory in huge pages; settings are those of other_config."""
    places = {"OVS_RUNDIR": work, "OVS_LOGDIR": work, "OVS_DBDIR": work, "RUNTIME_DIRECTORY": work}
    command("ovsdb-tool", "create", f"{work}/conf.db", SCHEMA)
    server = Program(work, "ovsdb", ["ovsdb-server", f"{work}/conf.db", f"--remote=punix:{work}/db.sock"], places)
    with server:
        server.wait_until(lambda: os.path.exists(f"{work}/db.sock"), "its socket")
        switch = Switch(work, places)
        switch.configure("--no-wait", "init")
        switch.configure("--no-wait", "set", "Open_vSwitch", ".", *(f"other_config:{each}" for each in [
            "dpdk-init=true", f"dpdk-lcore-mask={1 << OTHER_CPU:#x}", f"pmd-cpu-mask={1 << FORWARDER_CPU:#x}",
            "dpdk-extra=--no-pci --in-memory --log-level=4", f"dpdk-socket-mem={megabytes}", *settings]))
        switch.program = Program(work, "ovs", [SWITCH, f"unix:{work}/db.sock", f"--pidfile={work}/switch.pid"], places)
        with switch.program:
            switch.program.wait_until(lambda: os.path.exists(f"{work}/switch.pid"), "its process")
            switch.configure("add-br", "br0", "--", "set", "bridge", "br0", "datapath_type=netdev", "fail-mode=secure", "protocols=OpenFlow10,OpenFlow15")
            yield switch
