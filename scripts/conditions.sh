#!/usr/bin/env bash
# What does each column tell, and what happens where nothing should be found? Scans
# one generated world whole, without each column in turn, and with every column
# permuted by itself; then one with four times the benign crowds, and one without fraud.
#
#   scripts/conditions.sh [ROWS [SEED [OUT]]]      default: 300000 1 conditions
#
# A row: recall at a false-positive rate of 1e-4 and 1e-3, at 1e-3 by level 0 to 5,
# precision and false-positive rate at risk one half, campaigns found of those of 20
# accounts and more.
. "$(dirname "$0")/setup.sh"

ROWS=${1:-300000}
SEED=${2:-1}
OUT=${3:-conditions}

need cc build-essential "Rust links with it, and zstd is written in C"
need jq jq "the figures are read with it"
need python3 python3 "columns are cut and permuted with it"
need_rust
dragnet=${CARGO_TARGET_DIR:-target}/release/dragnet
cargo build --release --locked --quiet -p dragnet

# change WHAT FROM TO: the log without columns (comma-separated), or permuted.
change() {
    python3 - "$@" <<'PY'
import csv, random, sys
what, old, new = sys.argv[1:]
rows = csv.reader(open(old, newline=""))
head = next(rows)
out = csv.writer(open(new, "w", newline=""))
if what == "permuted":
    columns = list(zip(*rows))
    dice = random.Random(1)
    kept = ("event_id", "account_id", "timestamp")
    for i, name in enumerate(head):
        if name not in kept:
            columns[i] = list(columns[i])
            dice.shuffle(columns[i])
    out.writerow(head)
    out.writerows(zip(*columns))
else:
    dropped = set(what.split(","))
    keep = [i for i, name in enumerate(head) if name not in dropped]
    out.writerow([head[i] for i in keep])
    out.writerows([row[i] for i in keep] for row in rows)
PY
}

# judge NAME LOG TRUTH: one row of the table.
judge() {
    "$dragnet" scan "$2" --out "$OUT/result" --now 2026-06-01T00:00:00Z --force --quiet
    "$dragnet" eval "$OUT/result" --truth "$3" --resamples 0 --json | jq -r --arg name "$1" '
        def two: if . == null then "–" else (. * 1000 | round / 1000 | tostring) end;
        [ $name, (.scan.recall[0].recall | two), (.scan.recall[1].recall | two),
          ([.scan.levels[].recall[1].recall | two] | join(" ")),
          (.scan.native.precision | two),
          ((.scan.native.false_positive_rate // 0) * 1e6 | round / 1e6 | tostring),
          "\(.campaigns.found)/\(.campaigns.campaigns)" ] | @tsv' |
        { IFS=$'\t' read -r name low high levels rest found more; printf '%-16s %6s %6s   %-36s %6s %9s %8s\n' \
            "$name" "$low" "$high" "$levels" "$rest" "$found" "$more"; }
}

mkdir -p "$OUT"
world() { "$dragnet" synth --rows "$ROWS" --seed "$SEED" --out "$OUT/$1" --force "${@:2}" >/dev/null; }
world usual
printf '%-16s %6s %6s   %-36s %6s %9s %8s\n' world 1e-4 1e-3 "level 0 … 5" P.5 FPR.5 found
judge whole "$OUT/usual/signups.csv" "$OUT/usual/truth.csv"
for what in ip,asn,country asn country email username,display_name phone user_agent accept_language \
    device_id fingerprint ja4 captcha_solve_ms captcha_issue_ip,captcha_redeem_ip referrer; do
    change "$what" "$OUT/usual/signups.csv" "$OUT/part.csv"
    judge "-${what%%,*}" "$OUT/part.csv" "$OUT/usual/truth.csv"
done
change event_id,ip,asn,country,email,phone,user_agent,accept_language,device_id,fingerprint,ja4,captcha_provider,captcha_issue_ts,captcha_solve_ms,captcha_issue_ip,captcha_redeem_ip,referrer \
    "$OUT/usual/signups.csv" "$OUT/part.csv"
judge "names and times" "$OUT/part.csv" "$OUT/usual/truth.csv"
change permuted "$OUT/usual/signups.csv" "$OUT/part.csv"
judge permuted "$OUT/part.csv" "$OUT/usual/truth.csv"
world crowds --crowds 4
judge "crowds ×4" "$OUT/crowds/signups.csv" "$OUT/crowds/truth.csv"
world null --preset null
judge null "$OUT/null/signups.csv" "$OUT/null/truth.csv"
