# shellcheck shell=bash
# What demo.sh and test.sh need from a machine, put there only where missing.
# Sourced, not run.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The oldest Rust that builds us: one place says it.
RUST_MIN=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)

say() {
    printf '\n[%3d s] %s\n' "$SECONDS" "$*"
}

fail() {
    printf '\nerror: %s\n' "$*" >&2
    exit 1
}

# need COMMAND PACKAGE REASON: has apt install PACKAGE if COMMAND is not there.
need() {
    local command=$1 package=$2 reason=$3
    command -v "$command" >/dev/null && return
    local by_hand="$command is missing ($reason). On Debian or Ubuntu: sudo apt-get install $package"
    command -v apt-get >/dev/null || fail "$by_hand"
    local as_root=()
    if [ "$(id -u)" != 0 ]; then
        sudo -n true 2>/dev/null || fail "$by_hand. Then run this again."
        as_root=(sudo -n)
    fi
    say "Installing $package by apt: $reason."
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$package" >/dev/null ||
        fail "apt could not install $package. $by_hand"
    command -v "$command" >/dev/null || fail "$package was installed, and $command is still missing"
}

# need_venv: Debian keeps the part of Python that makes environments apart.
need_venv() {
    local as_root=()
    [ "$(id -u)" = 0 ] || as_root=(sudo -n)
    say "Installing python3-venv by apt: what the tests ask lives in environments of its own."
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends python3-venv >/dev/null ||
        fail "apt could not install python3-venv: install it by hand, then run this again"
}

# need_rust COMPONENT...: a toolchain that is new enough, with these components.
need_rust() {
    command -v cargo >/dev/null || PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
    if ! command -v cargo >/dev/null; then
        need curl curl "it fetches the Rust installer"
        say "Installing Rust by rustup, for this user only (https://rustup.rs)."
        curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs |
            sh -s -- -y -q --profile minimal --no-modify-path ||
            fail "Rust $RUST_MIN or newer is missing, and rustup could not be fetched: see https://rustup.rs"
    fi
    local version
    version=$(rustc --version | cut -d' ' -f2)
    [ "$(printf '%s\n' "$RUST_MIN" "$version" | sort -V | head -n 1)" = "$RUST_MIN" ] ||
        fail "Rust $version is too old, $RUST_MIN is the oldest that works: run rustup update stable"
    local component
    for component in "$@"; do
        cargo "$component" --version >/dev/null 2>&1 && continue
        command -v rustup >/dev/null || fail "cargo $component is missing: install it for Rust $version"
        say "Adding cargo $component by rustup."
        rustup component add "${component/fmt/rustfmt}"
    done
}
