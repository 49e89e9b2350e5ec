# shellcheck shell=bash
# Finds or fetches prometheus and promtool, which the tests of metrics, alerts and dashboards
# use, and exports their paths as DATELINE_PROMETHEUS and DATELINE_PROMTOOL.
# Sourced, after common.sh.
#
# In order of preference: those on PATH; Debian's package, unpacked into .dateline/tools. It
# is not installed: that would start a service, and needs root.

ensure_prometheus() {
    local folder
    if ! folder=$(prometheus_on_path) && ! folder=$(prometheus_from_debian); then
        die "no prometheus could be found or fetched" \
            "install it with this system's package manager, then run this script again"
    fi
    export DATELINE_PROMETHEUS=$folder/prometheus DATELINE_PROMTOOL=$folder/promtool
    say "$("$DATELINE_PROMTOOL" --version 2>&1 | head -n 1)"
}

prometheus_on_path() {
    have prometheus && have promtool || return 1
    dirname "$(command -v prometheus)"
}

prometheus_from_debian() {
    local target="$ROOT/.dateline/tools/prometheus"
    if ! "$target/usr/bin/promtool" --version >/dev/null 2>&1; then
        fetch_prometheus "$target" || return 1
    fi
    printf '%s\n' "$target/usr/bin"
}

# fetch_prometheus FOLDER: built up beside FOLDER and moved there last, so that an interrupted
# run leaves nothing half done.
fetch_prometheus() (
    target=$1
    if ! have apt-get || ! have dpkg-deb; then
        warn "there is no apt-get here to fetch prometheus with"
        return 1
    fi
    say "fetching Debian's prometheus"
    mkdir -p "$(dirname "$target")"
    work=$(mktemp -d "$(dirname "$target")/fetch.XXXXXX") || return 1
    trap 'rm -rf "$work"' EXIT
    cd "$work" || return 1
    # apt's own user has no way into this folder, which it says at length.
    apt-get --quiet --quiet download prometheus >&2 2>/dev/null || {
        as_root apt-get --quiet --quiet update >&2 || true
        apt-get --quiet --quiet download prometheus >&2 || return 1
    }
    dpkg-deb --extract prometheus_*.deb unpacked || return 1
    rm -rf "$target"
    mv unpacked "$target"
)
