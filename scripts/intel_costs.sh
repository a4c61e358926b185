#!/usr/bin/env bash
# What it costs to take STIX in, beside Python's stix2 on the same bundles, in one run:
# objects a second of CPU, and memory. Bundles are arguments, such as ATT&CK's.
. "$(dirname "$0")/setup.sh"
[ $# -gt 0 ] || fail "name bundles: scripts/intel_costs.sh enterprise-attack.json …"
python=target/stix-tools/bin/python
[ -x "$python" ] || fail "no $python: make test installs it"
dragnet=${CARGO_TARGET_DIR:-target}/release/dragnet
cargo build --release --locked --quiet -p dragnet
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# cost NAME COMMAND…: its CPU seconds and its peak memory in MB.
cost() {
    local name=$1
    shift
    "$python" - "$name" "$@" <<'PY'
import resource, subprocess, sys
subprocess.run(sys.argv[2:], check=True, stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"  {sys.argv[1]:<38} {used.ru_utime + used.ru_stime:6.2f} CPU-s {used.ru_maxrss / 1000:6.0f} MB")
PY
}

for bundle in "$@"; do
    say "$bundle"
    cost "stix2: parse into memory" "$python" -c '
import gzip, json, stix2, sys
text = (gzip.open if sys.argv[1].endswith(".gz") else open)(sys.argv[1], "rt").read()
stix2.MemoryStore(json.loads(text)["objects"], allow_custom=True)' "$bundle"
    cost "dragnet intel import, checked and durable" "$dragnet" intel import "$bundle" --store "$work/new.db"
    cost "dragnet intel import --again" "$dragnet" intel import "$bundle" --store "$work/new.db" --again
    cost "dragnet intel validate" "$dragnet" intel validate "$bundle"
    rm -f "$work"/new.db*
done
