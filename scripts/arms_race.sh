#!/usr/bin/env bash
# How fast does recall decay once factories read what is published? Makes a
# world, scans it, and lets its factories answer the signatures, round by round.
#
#   scripts/arms_race.sh [ROUNDS [ROWS [SEED [OUT]]]]      default: 5 100000 1 arms-race
#   SILENT=1 scripts/arms_race.sh …      nothing is published: what time alone does
#
# A row of the table is a wave. `list` is what the signatures published before it
# still find, `list fp` the real sign-ups that they match; the rest is a new scan,
# without memory: recall at a false-positive rate of 1e-3, recall and precision at
# risk one half, then recall at 1e-3 by the level at which a factory began.
. "$(dirname "$0")/setup.sh"

ROUNDS=${1:-5}
ROWS=${2:-100000}
SEED=${3:-1}
OUT=${4:-arms-race}
SILENT=${SILENT:-}

need cc build-essential "Rust links with it, and zstd is written in C"
need jq jq "the figures are read with it"
need_rust
dragnet=${CARGO_TARGET_DIR:-target}/release/dragnet
cargo build --release --locked --quiet -p dragnet

# line WAVE: one row of the table, from what synth and eval said.
line() {
    jq -r -n --slurpfile made "$OUT/made$1.json" --slurpfile judged "$OUT/judged$1.json" '
        def two: if . == null then "–" else (. * 1000 | round / 1000 | tostring) end;
        $made[0] as $made | $judged[0] as $judged |
        [ (if $made.wave then $made.wave.published.fraud_matched / $made.fraud else null end | two),
          ($made.wave.published.real_matched // "–" | tostring),
          ($judged.scan.recall[1].recall | two),
          ($judged.scan.native.recall | two), ($judged.scan.native.precision | two),
          ($judged.scan.levels[].recall[1].recall | two) ] | join(" ")' |
        { read -r -a fields; printf '%-5s' "$1"; printf ' %7s' "${fields[@]}"; echo; }
}

mkdir -p "$OUT"
published=()
printf '%-5s %7s %7s %7s %7s %7s   recall at 1e-3 by level …\n' \
    wave list 'list fp' 'at 1e-3' 'at .5' precise
for wave in $(seq 0 "$ROUNDS"); do
    against=()
    [ "$wave" = 0 ] || against=(--against "${published[@]}")
    "$dragnet" synth --rows "$ROWS" --seed "$SEED" "${against[@]}" \
        --out "$OUT/wave$wave" --force --json >"$OUT/made$wave.json"
    "$dragnet" scan "$OUT/wave$wave/signups.csv" --out "$OUT/found$wave" --force --quiet
    "$dragnet" eval "$OUT/found$wave" --truth "$OUT/wave$wave/truth.csv" --json \
        >"$OUT/judged$wave.json"
    line "$wave"
    if [ -n "$SILENT" ]; then
        : >"$OUT/silence.jsonl"
        published+=("$OUT/silence.jsonl")
    else
        published+=("$OUT/found$wave")
    fi
done
