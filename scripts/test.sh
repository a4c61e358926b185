#!/usr/bin/env bash
# Everything that must hold before a change goes in. Asks nothing, stops at
# the first step that fails; the last line is the test runner's own count.
. "$(dirname "$0")/setup.sh"

need cc build-essential "Rust links with it, and zstd is written in C"
need chromium chromium "the report is looked at in a real browser"
need python3 python3 "other programs read our lakes in the tests"
need pg_ctlcluster postgresql "the store is tested on it as on SQLite"
need openssl openssl "a test of the server needs a certificate"
need_rust fmt clippy

say "What reads our lakes in the tests: DuckDB, Polars, and an S3 server."
if ! cmp -s tools/lake/requirements.txt target/lake-tools/requirements.txt; then
    python3 -m venv target/lake-tools 2>/dev/null || {
        need_venv
        python3 -m venv --clear target/lake-tools
    }
    target/lake-tools/bin/pip install --quiet --disable-pip-version-check \
        --requirement tools/lake/requirements.txt
    cp tools/lake/requirements.txt target/lake-tools/requirements.txt
fi

say "Formatting."
cargo fmt --all --check

say "Lints, as errors."
cargo clippy --workspace --all-targets --locked --quiet -- -D warnings

say "The house's own rules."
cargo xtask tidy

# A step of its own, for what nobody builds by accident: DataFusion and Ballista, with
# lints about fifteen minutes of a core from nothing.
RUST_CLUSTER_MIN=1.94
if [ "$(printf '%s\n' "$RUST_CLUSTER_MIN" "$(rustc --version | cut -d' ' -f2)" | sort -V | head -n 1)" = "$RUST_CLUSTER_MIN" ]; then
    say "Several machines: lints and tests of the feature \`cluster\`."
    cluster=(--package cluster --package dragnet --features dragnet/cluster --locked)
    cargo clippy "${cluster[@]}" --all-targets --quiet -- -D warnings
    if command -v cargo-nextest >/dev/null; then
        cargo nextest run "${cluster[@]}" --no-fail-fast \
            --filterset 'package(cluster) | test(/^(afar|cluster|config)::/)'
    else
        cargo test "${cluster[@]}" --quiet --lib --bins --test it -- \
            afar:: cluster:: config:: function:: ready::
    fi
else
    say "Rust is older than $RUST_CLUSTER_MIN: the feature \`cluster\` is not tested."
fi

# Building it costs more than all our tests, so it is not installed here:
# tidy has already checked licences, origins and unused dependencies.
if command -v cargo-deny >/dev/null; then
    say "Dependencies, by cargo-deny."
    cargo deny --log-level error check bans licenses sources
else
    say "No cargo-deny here: skipped (cargo install cargo-deny --locked)."
fi

say "Examples in the documentation."
cargo test --workspace --doc --locked --quiet

say "Tests."
if command -v cargo-nextest >/dev/null; then
    cargo nextest run --workspace --locked --no-fail-fast
else
    # cargo test counts binary by binary; the sum is what one wants to read.
    cargo test --workspace --lib --bins --tests --locked --no-fail-fast 2>&1 | awk '
        { print }
        /^test result:/ { passed += $4; failed += $6 }
        END { printf "%d passed, %d failed\n", passed, failed }'
fi
