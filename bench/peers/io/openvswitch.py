"""Open vSwitch with DPDK: its own database and bridge in the namespace of the run, frames go out where they came in."""
import contextlib
import os

from processes import FORWARDER_CPU, GENERATOR_CPU, Program, command

SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema"
SWITCH = "/usr/lib/openvswitch-switch-dpdk/ovs-vswitchd-dpdk"


@contextlib.contextmanager
def forwarder(work, interface):
    """The switch with one port, whose type and options are given as ovs-vsctl takes them."""
    places = {"OVS_RUNDIR": work, "OVS_LOGDIR": work, "OVS_DBDIR": work}
    command("ovsdb-tool", "create", f"{work}/conf.db", SCHEMA)
    server = Program(work, "ovsdb", ["ovsdb-server", f"{work}/conf.db", f"--remote=punix:{work}/db.sock"], places)
    with server:
        server.wait_until(lambda: os.path.exists(f"{work}/db.sock"), "its socket")

        def configure(*words):
            command("ovs-vsctl", f"--db=unix:{work}/db.sock", *words, environment=places)

        configure("--no-wait", "init")
        configure("--no-wait", "set", "Open_vSwitch", ".", "other_config:dpdk-init=true",
                  f"other_config:dpdk-lcore-mask={1 << GENERATOR_CPU:#x}", f"other_config:pmd-cpu-mask={1 << FORWARDER_CPU:#x}",
                  "other_config:dpdk-extra=--no-pci --in-memory --log-level=4", "other_config:dpdk-socket-mem=512")
        switch = Program(work, "ovs", [SWITCH, f"unix:{work}/db.sock", f"--pidfile={work}/switch.pid"], places)
        with switch:
            switch.wait_until(lambda: os.path.exists(f"{work}/switch.pid"), "its process")
            configure("add-br", "br0", "--", "set", "bridge", "br0", "datapath_type=netdev", "fail-mode=secure",
                      "--", "add-port", "br0", "p1", "--", "set", "Interface", "p1", "ofport_request=1", *interface)
            command("ovs-ofctl", "add-flow", f"unix:{work}/br0.mgmt", "in_port=1,actions=in_port", environment=places)
            yield switch
