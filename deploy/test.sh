#!/usr/bin/env bash
# Installs what the tests need and runs every check of the project: format, lints, layers,
# sizes, metrics, alerts, dashboards, documentation, tests, the API, the console in a browser. All
# steps are run, also after one has failed. Can be run again at any time. With names of steps it runs
# only these: deploy/test.sh rules units. To run a single test, see docs/CONTRIBUTING.md.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"
# shellcheck source=deploy/lib/common.sh
. deploy/lib/common.sh
# shellcheck source=deploy/lib/toolchain.sh
. deploy/lib/toolchain.sh
# shellcheck source=deploy/lib/nats-server.sh
. deploy/lib/nats-server.sh
# shellcheck source=deploy/lib/postgres.sh
. deploy/lib/postgres.sh
# shellcheck source=deploy/lib/steps.sh
. deploy/lib/steps.sh
# shellcheck source=deploy/lib/manifests.sh
. deploy/lib/manifests.sh
# shellcheck source=deploy/lib/prometheus.sh
. deploy/lib/prometheus.sh
# shellcheck source=deploy/lib/browser.sh
. deploy/lib/browser.sh
# shellcheck source=deploy/lib/grafana-schema.sh
. deploy/lib/grafana-schema.sh
# shellcheck source=deploy/lib/python.sh
. deploy/lib/python.sh
# shellcheck source=deploy/lib/s3-server.sh
. deploy/lib/s3-server.sh
# shellcheck source=deploy/lib/schemathesis.sh
. deploy/lib/schemathesis.sh

STEPS_WANTED=("$@")

# What the tests use beyond what the build needs.
ensure_test_tools() {
    ensure_rust_component rustfmt cargo fmt --version
    ensure_rust_component clippy cargo clippy --version
    ensure_nats_server
    ensure_prometheus
    ensure_browser
    ensure_grafana_schema
    ensure_manifest_schemas
    ensure_postgres
    ensure_s3_server
    ensure_schemathesis
}

# A clean checkout is compiled once: what would speed up the next build only takes up disk.
if [ -n "${CI:-}" ]; then export CARGO_INCREMENTAL=0; fi

ensure_rust
ensure_c_compiler
ensure_room 10
ensure_test_tools

step format cargo fmt --all --check
step lints cargo clippy --workspace --all-targets --features dateline-cli/transformer --locked -- -D warnings
step layers cargo xtask layers
step sizes cargo xtask sizes
step metrics cargo xtask metrics
step rules "$DATELINE_PROMTOOL" test rules deploy/prometheus/tests/*.test.yml
step alerts "$DATELINE_PROMTOOL" check config deploy/prometheus/prometheus.yml
step nats-config check_nats_config
step units check_units
step compose check_compose
step kubernetes check_kubernetes
step dashboards cargo xtask dashboards --check
step grafana env PYTHONPATH="$DATELINE_GRAFANA_SCHEMA" python3 deploy/grafana/check.py
step deny cargo xtask deny
step docs env RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked
step tests cargo test --workspace --locked --no-fail-fast
step transformer cargo test -p dateline-entities -p dateline-enricher --features dateline-enricher/transformer --locked --lib --test transformer --test it
step api check_api "${CARGO_TARGET_DIR:-$ROOT/target}/debug/dateline"
step console env DATELINE_BINARY="${CARGO_TARGET_DIR:-$ROOT/target}/debug/dateline" npm --prefix crates/console/tests/browser --silent test
steps_summary
