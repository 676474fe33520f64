#!/usr/bin/env bash
# Installs, upgrades, removes and purges the package in a copy of this system that is thrown away: an overlay over the root
# directory, in a mount and process namespace of its own. Run by PackageTests as: unshare --mount --pid --fork --mount-proc cycle.sh OLD NEW
set -euo pipefail
old=$1 new=$2
work=$(mktemp -d)
mount -t tmpfs none "$work"
mkdir "$work"/{upper,inner,root}
mount -t overlay none -o "lowerdir=/,upperdir=$work/upper,workdir=$work/inner" "$work/root"
root=$work/root
mount -t proc none "$root/proc"
mount --bind /dev "$root/dev"
mount -t tmpfs none "$root/run"
mount -t tmpfs none "$root/tmp"
cp "$old" "$root/tmp/old.deb"
cp "$new" "$root/tmp/new.deb"

# The host needs no .NET.
for sdk in /usr/share/dotnet /usr/lib/dotnet /root/.dotnet; do
  [[ ! -d $root$sdk ]] || mount -t tmpfs none "$root$sdk"
done

inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C "$@"; }
as_service() { inside setpriv --reuid=sfc --regid=sfc --clear-groups "$@"; }
fail() { echo "FAILED: $*"; exit 1; }
say() { echo "ok: $*"; }
until_true() {
  local attempt
  for attempt in {1..100}; do
    "$@" >/dev/null 2>&1 && return 0
    sleep 0.1
  done
  fail "not within 10 s: $*"
}

printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"

inside dpkg -i /tmp/old.deb >"$work/log" 2>&1 || { cat "$work/log"; fail "install"; }
inside dpkg -V sfc-forwarder || fail "files differ from the package"
[[ $(inside stat -c %U:%a /var/lib/sfc) == sfc:750 ]] || fail "/var/lib/sfc is not the service's"
for unit in control forward; do
  [[ -L $root/etc/systemd/system/multi-user.target.wants/sfc-$unit.service ]] || fail "sfc-$unit is not enabled"
done
inside systemd-analyze verify /lib/systemd/system/sfc-control.service /lib/systemd/system/sfc-forward.service >"$work/log" 2>&1 || true
! grep -F sfc- "$work/log" || fail "systemd-analyze verify"
inside sfc check /etc/sfc/sfc.toml >/dev/null || fail "the configuration that the package brings"
say installed

# What systemd would do: directories, user, then the roles.
inside install -d -o sfc -g sfc -m 750 /run/sfc /var/lib/sfc/forward /var/lib/sfc/control
sed -i 's/^listen = .*/listen = "unix:\/run\/sfc\/api.sock"/' "$root/etc/sfc/sfc.toml"
as_service sfc forward --config /etc/sfc/sfc.toml >"$work/forward.log" 2>&1 &
until_true grep -q "^Forwarding" "$work/forward.log"
forward=$(pgrep -f "NetworkingSfc.Control forward --config /etc/sfc/sfc.toml" | tail -1)
as_service sfc control --config /etc/sfc/sfc.toml >"$work/control.log" 2>&1 &
until_true grep -q "^Listening" "$work/control.log"
control=$(pgrep -f "NetworkingSfc.Control control --config /etc/sfc/sfc.toml" | tail -1)
inside sfc network create --server unix:/run/sfc/api.sock one >/dev/null || fail "a network cannot be made"
[[ -S $root/run/sfc/forward.sock && $(inside ls -A /var/lib/sfc | sort | xargs) == "control forward" ]] || fail "the roles keep something outside of the directories of their units"
say started

inside dpkg -i --force-confold /tmp/new.deb >"$work/log" 2>&1 || { cat "$work/log"; fail "upgrade"; }
[[ $(inside dpkg-query -W -f='${Version}' sfc-forwarder) == "$(dpkg-deb -f "$new" Version)" ]] || fail "the version after the upgrade"
grep -q 'unix:/run/sfc/api.sock' "$root/etc/sfc/sfc.toml" || fail "the upgrade changed the configuration"
kill -TERM "$control"
until_true test ! -e "/proc/$control"
as_service sfc control --config /etc/sfc/sfc.toml >"$work/control.log" 2>&1 &
until_true grep -q "^Listening" "$work/control.log"
until_true grep -q "nothing is sent" "$work/control.log"
control=$(pgrep -f "NetworkingSfc.Control control --config /etc/sfc/sfc.toml" | tail -1)
inside sfc network list --server unix:/run/sfc/api.sock | grep -q one || fail "the state was lost in the upgrade"
inside sfc network create --server unix:/run/sfc/api.sock two >/dev/null || fail "the new control role cannot change the old forwarder"
kill -0 "$forward" || { cat "$work/forward.log"; fail "the forward role did not outlive the upgrade"; }
say upgraded

# With systemd played: what dpkg asks of the package besides, and what its scripts ask of systemd.
mkdir -p "$root/run/systemd/system" "$root/tmp/played"
for program in systemctl deb-systemd-invoke; do
  printf '#!/bin/sh\necho "$(basename "$0") $*" >>/tmp/asked\n' >"$root/tmp/played/$program"
  chmod 755 "$root/tmp/played/$program"
done
maintain() {
  rm -f "$root/tmp/asked"
  inside env PATH="/tmp/played:/usr/sbin:/usr/bin:/sbin:/bin" DPKG_MAINTSCRIPT_PACKAGE=sfc-forwarder /var/lib/dpkg/info/sfc-forwarder.postinst "$@" >"$work/log" 2>&1 || { cat "$work/log"; fail "postinst $*"; }
}
for reason in "abort-remove" "abort-upgrade 9.9" "abort-deconfigure in-favour other 1"; do
  maintain $reason
  for unit in forward control; do
    grep -q "deb-systemd-invoke start sfc-$unit.service" "$root/tmp/asked" || fail "after $reason, sfc-$unit is not started"
  done
done
prepare=$(sed -n 's/^ExecStartPre=-//p' "$root/lib/systemd/system/sfc-forward.service")
as_service $prepare
maintain configure 0.0.1
[[ ! -s $work/log ]] || { cat "$work/log"; fail "an upgrade with the same channel has something to say"; }
! grep "sfc-forward" "$root/tmp/asked" | grep -v "start sfc-forward" || fail "an upgrade does more to the forward role than to start it"
grep -q "deb-systemd-invoke restart sfc-control.service" "$root/tmp/asked" || fail "an upgrade does not restart the control role"
echo "0.1" >"$root/run/sfc/forward.channel-version"
maintain configure 0.0.1
grep -q "systemctl restart sfc-forward.service" "$work/log" || { cat "$work/log"; fail "an upgrade that cuts the forward role off does not say so"; }
rm -r "$root/run/systemd"
say maintained

kill -TERM "$control" "$forward"
until_true test ! -e "/proc/$forward"
until_true test ! -e "/proc/$control"
inside dpkg -r sfc-forwarder >"$work/log" 2>&1 || { cat "$work/log"; fail "remove"; }
[[ ! -e $root/usr/lib/sfc && ! -e $root/usr/bin/sfc && ! -e $root/lib/systemd/system/sfc-control.service ]] || fail "programs are left after remove"
[[ -e $root/etc/sfc/sfc.toml && -d $root/var/lib/sfc/control ]] || fail "remove took the configuration or the state"
say removed

inside dpkg -P sfc-forwarder >"$work/log" 2>&1 || { cat "$work/log"; fail "purge"; }
[[ ! -e $root/etc/sfc && ! -e $root/var/lib/sfc && ! -e $root/etc/systemd/system/multi-user.target.wants/sfc-control.service ]] || fail "something is left after purge"
say purged
