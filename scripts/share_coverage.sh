#!/usr/bin/env bash
# How often the interval of the estimated fraudulent share holds the truth, over
# generated worlds with shares from 0.1 % to 60 %.
#
#   scripts/share_coverage.sh [WORLDS [ROWS [SEED [OUT]]]]   default: 100 50000 70000 share-coverage
#
# OUT/shares.tsv has a line for each world: true share, estimate, low, high, held.
. "$(dirname "$0")/setup.sh"

WORLDS=${1:-100}
ROWS=${2:-50000}
SEED=${3:-70000}
OUT=${4:-share-coverage}

need cc build-essential "Rust links with it, and zstd is written in C"
need jq jq "the figures are read with it"
need_rust
dragnet=${CARGO_TARGET_DIR:-target}/release/dragnet
cargo build --release --locked --quiet -p dragnet

mkdir -p "$OUT"
: >"$OUT/shares.tsv"
for ((k = 0; k < WORLDS; k++)); do
    "$dragnet" synth --preset wild --rows "$ROWS" --seed $((SEED + k)) --out "$OUT/world" --force >/dev/null
    "$dragnet" scan "$OUT/world/signups.csv" --out "$OUT/result" --now 2026-06-01T00:00:00Z --force --quiet
    "$dragnet" eval "$OUT/result" --truth "$OUT/world/truth.csv" --resamples 0 --json |
        jq -r '.calibration | [.share_true, .share_estimate.estimate, .share_estimate.low,
            .share_estimate.high, .share_inside] | @tsv' >>"$OUT/shares.tsv"
done
held=$(grep -c 'true$' "$OUT/shares.tsv")
say "The interval holds the true share in $held of $WORLDS worlds."
