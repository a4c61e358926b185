#!/usr/bin/env bash
# Everything that must hold before a change goes in. Asks nothing, stops at
# the first step that fails; the last line is the test runner's own count.
. "$(dirname "$0")/setup.sh"

need cc build-essential "Rust links with it, and zstd is written in C"
need chromium chromium "the report is looked at in a real browser"
need pg_ctlcluster postgresql "the store is tested on it as on SQLite"
need redis-server redis-server "scorers share counters in it in the tests"
need nats-server nats-server "scorers hear each other over it in the tests"
need openssl openssl "the server is asked over TLS in the tests"
need python3 python3 "other programs read our lakes and our STIX in the tests"
need_rust fmt clippy

need npm npm "people log in at an OIDC provider in the tests"

# tools NAME: what tools/NAME/requirements.txt lists, in target/NAME-tools.
tools() {
    local list=tools/$1/requirements.txt to=target/$1-tools
    cmp -s "$list" "$to/requirements.txt" && return
    python3 -m venv "$to" 2>/dev/null || {
        need_venv
        python3 -m venv --clear "$to"
    }
    "$to/bin/pip" install --quiet --disable-pip-version-check --requirement "$list"
    cp "$list" "$to/requirements.txt"
}

say "What reads our lakes in the tests: DuckDB, Polars, and an S3 server."
tools lake

say "What our STIX is held against in the tests: the libraries of OASIS and of MISP."
tools stix

say "What asks our MCP server in the tests: the protocol's own client."
tools mcp
say "Where people log in in the tests: an OIDC provider, by a certified library."
if ! cmp -s tools/oidc/package-lock.json target/oidc-tools/package-lock.json; then
    mkdir -p target/oidc-tools
    cp tools/oidc/package.json target/oidc-tools/
    (cd target/oidc-tools && cp ../../tools/oidc/package-lock.json . && npm ci --silent --no-audit --no-fund) ||
        { rm -f target/oidc-tools/package-lock.json && exit 1; }
fi
say "What receives our webhooks in the tests: the library of Standard Webhooks."
tools webhooks

say "Formatting."
cargo fmt --all --check

say "Lints, as errors."
cargo clippy --workspace --all-targets --locked --quiet -- -D warnings

say "The house's own rules."
cargo xtask tidy

# A step of its own, for what nobody builds by accident: DataFusion and Ballista, with
# lints about fifteen minutes of a core from nothing.
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
