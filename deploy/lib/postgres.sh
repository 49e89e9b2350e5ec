# shellcheck shell=bash
# Finds or installs PostgreSQL's programs and exports their folder as DATELINE_POSTGRES_BIN.
# Sourced, after common.sh.
#
# The tests start a server of their own from them, with its own data folder and port, and end
# it: no server that runs here already is used or touched, and Debian's own is not started.

# Older servers have no compression to choose.
POSTGRES_OLDEST=14

# postgres_version FOLDER: the version of the programs there; nothing if there are none.
postgres_version() {
    "$1/postgres" --version 2>/dev/null | sed -n 's/^postgres (PostgreSQL) \([0-9][0-9.]*\).*$/\1/p'
}

ensure_postgres() {
    local folder
    if [[ -n ${DATELINE_POSTGRES_BIN:-} ]]; then
        folder=$DATELINE_POSTGRES_BIN
        [[ -n $(postgres_version "$folder") ]] || die "DATELINE_POSTGRES_BIN names $folder, which holds no postgres" \
            "unset it, or let it name the folder of postgres, initdb and psql"
    elif ! folder=$(installed_postgres) && ! folder=$(postgres_from_debian); then
        die "no PostgreSQL could be found or installed" \
            "install version $POSTGRES_OLDEST or newer, then run this script again"
    fi
    export DATELINE_POSTGRES_BIN=$folder
    say "PostgreSQL $(postgres_version "$folder"): $folder"
}

# The newest of Debian's versions, or what is on PATH.
installed_postgres() {
    local folder
    for folder in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort --version-sort --reverse) \
        "$(dirname "$(command -v postgres || printf '/nowhere/postgres')")"; do
        if version_at_least "$(postgres_version "$folder")" "$POSTGRES_OLDEST"; then
            printf '%s\n' "$folder"
            return 0
        fi
    done
    return 1
}

# Debian's package would make a cluster and start it, unless told not to in between.
postgres_from_debian() {
    local config=/etc/postgresql-common/createcluster.conf
    apt_install "no PostgreSQL to test with" postgresql-common || return 1
    as_root sed -i 's/^#*[[:space:]]*create_main_cluster.*/create_main_cluster = false/' "$config" || return 1
    apt_install "no PostgreSQL to test with" postgresql || return 1
    installed_postgres
}
