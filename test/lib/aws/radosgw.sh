#!/usr/bin/env bash
# One Ceph node for one test run, on loopback, nothing kept: a monitor, a store in memory, and radosgw, an S3 with enforced Object Lock.
# radosgw.sh start|stop; RGW_DIR is a scratch folder (required), RGW_PORT and RGW_MON_PORT where it listens.
set -euo pipefail
D=${RGW_DIR:?set RGW_DIR to a scratch folder}; PORT=${RGW_PORT:-7480}; MONP=${RGW_MON_PORT:-6789}
AK=${RGW_ACCESS_KEY:-rgwtestaccess}; SK=${RGW_SECRET_KEY:-rgwtestsecret}
export CEPH_CONF=$D/ceph.conf
stop() { for p in rgw osd mon; do f="$D/$p.pid"; [ -s "$f" ] || continue; pid=$(cat "$f"); case "$(cat /proc/$pid/comm 2>/dev/null)" in radosgw|ceph-*) kill "$pid"; for _ in $(seq 100); do [ -d /proc/$pid ] || break; sleep 0.1; done;; esac; rm -f "$f"; done; }
if [ "${1:-start}" = stop ]; then stop; exit 0; fi
[ ! -e "$D" ] || [ -z "$(ls -A "$D")" ] || [ -f "$D/ceph.conf" ] || { echo "$D exists and is not mine" >&2; exit 2; }
stop; rm -rf "$D"; mkdir -p "$D"/{mon,osd,rgw,run,log}
FSID=$(cat /proc/sys/kernel/random/uuid)
SSE_KEY=$(head -c 32 /dev/urandom | base64)
cat > "$CEPH_CONF" <<C
[global]
fsid = $FSID
mon host = [v2:127.0.0.1:$((MONP-3000+500)),v1:127.0.0.1:$MONP]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
public network = 127.0.0.0/8
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
keyring = $D/keyring
auth allow insecure global id reclaim = false
mon data avail warn = 1
run dir = $D/run
log file = $D/log/\$name.log
admin socket = $D/run/\$name.asok
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
mon warn on pool no redundancy = false
mon allow pool size one = true
mon max pg per osd = 4000
osd crush chooseleaf type = 0
[mon.a]
mon data = $D/mon
mon initial members = a
paxos propose interval = 0.05
paxos min wait = 0.01
[osd.0]
osd data = $D/osd
osd objectstore = memstore
memstore device bytes = 4294967296
osd class load list = *
osd class default list = *
[client.rgw.a]
rgw data = $D/rgw
rgw frontends = beast endpoint=127.0.0.1:$PORT
rgw dns name = localhost
rgw crypt require ssl = false
rgw crypt s3 kms backend = testing
rgw crypt s3 kms encryption keys = testkey-1=$SSE_KEY testkey-2=$(head -c 32 /dev/urandom | base64)
rgw thread pool size = 32
C
monmaptool --create --addv a "[v2:127.0.0.1:$((MONP-3000+500)),v1:127.0.0.1:$MONP]" --fsid "$FSID" "$D/monmap" >/dev/null
# one keyring for mon, admin, osd and rgw: this cluster lives for one test run, on loopback
ceph-authtool --create-keyring "$D/keyring" --gen-key -n mon. --cap mon 'allow *' >/dev/null
ceph-authtool "$D/keyring" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *' >/dev/null
ceph-authtool "$D/keyring" --gen-key -n osd.0 --cap mon 'allow *' --cap osd 'allow *' >/dev/null
ceph-authtool "$D/keyring" --gen-key -n client.rgw.a --cap mon 'allow *' --cap osd 'allow *' >/dev/null
chmod 600 "$D/keyring"
ceph-mon -c "$CEPH_CONF" --mkfs -i a --monmap "$D/monmap" --keyring "$D/keyring" --mon-data "$D/mon" 2>>"$D/log/setup.log"
ceph-mon -c "$CEPH_CONF" -i a -f >"$D/log/mon.out" 2>&1 & echo $! > "$D/mon.pid"
# osd
OSD_UUID=$(cat /proc/sys/kernel/random/uuid)
for _ in $(seq 50); do timeout 5 ceph -c "$CEPH_CONF" osd new "$OSD_UUID" >/dev/null 2>>"$D/log/setup.log" && break; sleep 0.2; done
ceph-osd -c "$CEPH_CONF" -i 0 --mkfs --osd-uuid "$OSD_UUID" >>"$D/log/setup.log" 2>&1
ceph-osd -c "$CEPH_CONF" -i 0 -f >"$D/log/osd.out" 2>&1 & echo $! > "$D/osd.pid"
radosgw -c "$CEPH_CONF" -n client.rgw.a -f >"$D/log/rgw.out" 2>&1 & echo $! > "$D/rgw.pid"
for _ in $(seq 240); do code=$(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$PORT/" || true); [ "$code" = 200 ] && break; sleep 0.25; done
[ "$code" = 200 ] || { echo "radosgw did not answer; see $D/log" >&2; exit 1; }
radosgw-admin -c "$CEPH_CONF" -n client.admin user create --uid=test --display-name=test --access-key="$AK" --secret-key="$SK" >"$D/user.json" 2>>"$D/log/setup.log"
echo "S3 endpoint http://127.0.0.1:$PORT  key $AK / $SK  (sse-kms key ids: testkey-1, testkey-2)"
