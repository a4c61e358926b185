#!/usr/bin/env bash
# From a clone to a first result: builds Dragnet, makes a sign-up log of an
# invented platform, finds the factories in it, compares with the truth, and puts
# what was found into a graph beside the public case of Storm-1152.
. "$(dirname "$0")/setup.sh"

ROWS=150000
FRAUD=0.1
SEED=1152
OUT=demo

need cc build-essential "Rust links with it, and zstd is written in C"
need_rust

dragnet=${CARGO_TARGET_DIR:-target}/release/dragnet
[ -x "$dragnet" ] || say "Building Dragnet; the first time takes some minutes."
cargo build --release --locked --quiet -p dragnet
say "Dragnet is built: $dragnet"

mkdir -p "$OUT"
say "Making a log of $ROWS sign-ups on an invented platform: people of many countries,
        crowds that only look suspicious, and ${FRAUD} of all from account factories.
        $ dragnet synth --rows $ROWS --fraud $FRAUD --seed $SEED --out $OUT/log --force"
"$dragnet" synth --rows "$ROWS" --fraud "$FRAUD" --seed "$SEED" --out "$OUT/log" --force

say "Looking for the factories; the labels are not read.
        $ dragnet scan $OUT/log/signups.csv --out $OUT/result --force"
"$dragnet" scan "$OUT/log/signups.csv" --out "$OUT/result" --force

say "Comparing with the truth, which only the generator knows.
        $ dragnet eval $OUT/result --truth $OUT/log/truth.csv"
"$dragnet" eval "$OUT/result" --truth "$OUT/log/truth.csv"

say "What was found becomes a graph, beside a case from public sources: Storm-1152.
        \$ dragnet intel import $OUT/result cases/storm-1152.json --store $OUT/intel.db"
rm -f "$OUT"/intel.db*
"$dragnet" intel import "$OUT/result" cases/storm-1152.json --store "$OUT/intel.db"

say "Who sells, solves and buys around that case.
        \$ dragnet intel show Storm-1152 --store $OUT/intel.db"
"$dragnet" intel show Storm-1152 --store "$OUT/intel.db"

say "Done.
        The report, one file that opens offline:  $OUT/result/report.html
        Why an account or a campaign was flagged: $dragnet explain $OUT/result CAMPAIGN
        The graph, and what partners may have:    $dragnet intel show --store $OUT/intel.db
                                                  $dragnet intel export --tlp amber --store $OUT/intel.db
        Your own log:                             $dragnet scan signups.csv"
