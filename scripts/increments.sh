#!/usr/bin/env bash
# Do campaigns keep their ids as a log grows day by day? Cuts a generated log at ten
# days, scans each longer part with the last result as --previous, and counts the
# accounts whose campaign id is another than the day before: because whole campaigns
# were merged (the old id is an alias of the new one), or for any other reason.
#
#   scripts/increments.sh [ROWS [SEED [OUT]]]      default: 100000 1 increments
. "$(dirname "$0")/setup.sh"

ROWS=${1:-100000}
SEED=${2:-1}
OUT=${3:-increments}
DAYS=10

need cc build-essential "Rust links with it, and zstd is written in C"
need jq jq "aliases are read with it"
need_rust
dragnet=${CARGO_TARGET_DIR:-target}/release/dragnet
cargo build --release --locked --quiet -p dragnet

"$dragnet" synth --rows "$ROWS" --seed "$SEED" --out "$OUT/world" --force >/dev/null
log=$OUT/world/signups.csv
days=$(tail -n +2 "$log" | cut -d, -f3 | cut -c1-10 | sort -u | tail -n $DAYS)
previous=()
printf '%-11s %9s %9s %9s %9s\n' "up to" accounts merged moved share
for day in $days; do
    # Times are in UTC and the third column: text sorts as they do.
    awk -F, -v day="$day" 'NR == 1 || substr($3, 1, 10) <= day' "$log" >"$OUT/part.csv"
    "$dragnet" scan "$OUT/part.csv" --out "$OUT/$day" --now 2026-06-01T00:00:00Z --force --quiet "${previous[@]}"
    jq -r '.id as $id | .aliases[] | "\(.),\($id)"' "$OUT/$day/campaigns.jsonl" >"$OUT/aliases.csv"
    if [ ${#previous[@]} -gt 0 ]; then
        # Accounts that both days put into a campaign.
        awk -F, -v day="$day" '
            FILENAME ~ /aliases.csv$/ { alias[$1, $2]; next }
            FNR == 1 { file++; next }
            file == 1 { if ($2 != "") before[$1] = $2; next }
            $2 != "" && $1 in before {
                both++
                if (before[$1] != $2) { if ((before[$1], $2) in alias) merged++; else moved++ }
            }
            END { printf "%-11s %9d %9d %9d %8.2f%%\n", day, both, merged, moved,
                100 * (merged + moved) / (both ? both : 1) }' \
            "$OUT/aliases.csv" "${previous[1]}/accounts.csv" "$OUT/$day/accounts.csv"
    fi
    previous=(--previous "$OUT/$day")
done
