#!/usr/bin/env bash
# Installs what is missing, builds Dateline and runs it: `dateline up`, with the arguments of
# this script. Paths in them are taken from the project's folder. Can be run again at any time.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"
# shellcheck source=deploy/lib/common.sh
. deploy/lib/common.sh
# shellcheck source=deploy/lib/toolchain.sh
. deploy/lib/toolchain.sh
# shellcheck source=deploy/lib/nats-server.sh
. deploy/lib/nats-server.sh

ensure_rust
ensure_c_compiler
ensure_nats_server

say "building (the first time takes some minutes)"
cargo build --release --locked --package dateline-cli

say "starting: dateline up $*"
exec "${CARGO_TARGET_DIR:-target}/release/dateline" up "$@"
