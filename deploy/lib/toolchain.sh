# shellcheck shell=bash
# Rust, and the C compiler that the bundled SQLite needs. Sourced, after common.sh.

# rustup writes this file, but only a new login shell reads it.
ensure_rust() {
    local environment="${CARGO_HOME:-$HOME/.cargo}/env"
    # shellcheck source=/dev/null
    if ! have cargo && [[ -r $environment ]]; then . "$environment"; fi
    have cargo || die "there is no Rust on this machine" \
        "install it as https://rustup.rs says, then run this script again"
    local wanted found
    wanted=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' "$ROOT/Cargo.toml")
    found=$(rustc --version | cut --delimiter=' ' --fields=2)
    version_at_least "$found" "$wanted" || die "Rust $found is too old, $wanted or newer is needed" \
        "run: rustup update stable (without rustup: install Rust as https://rustup.rs says)"
}

# rust_component NAME COMMAND...: a part of the toolchain that a minimal one lacks.
ensure_rust_component() {
    local name=$1
    shift
    if "$@" >/dev/null 2>&1; then return; fi
    have rustup || die "this Rust has no $name" "install it with the package manager that Rust came with"
    say "adding $name to the Rust toolchain"
    rustup component add "$name"
}

ensure_c_compiler() {
    if have cc; then return; fi
    apt_install "no C compiler" gcc libc6-dev || die "there is no C compiler, and the bundled SQLite needs one" \
        "install gcc and libc6-dev, then run this script again"
}
