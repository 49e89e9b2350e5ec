# shellcheck shell=bash
# What every script here uses: talking to the person, and installing packages.
# Sourced, not run. Expects `set -euo pipefail` and ROOT, the project's folder.

say() { printf '==> %s\n' "$*" >&2; }
warn() { printf 'warning: %s\n' "$*" >&2; }
die() {
    printf 'error: %s\n' "$1" >&2
    shift
    if (($# > 0)); then printf '       %s\n' "$@" >&2; fi
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# version_at_least HAVE WANTED: whether HAVE is not older than WANTED.
version_at_least() { printf '%s\n' "$2" "$1" | sort --version-sort --check=quiet; }

# Runs a command as root: directly, or with sudo.
as_root() {
    if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

# apt_install WHY PACKAGE...: installs packages. Where it cannot, it says what is to be done
# and fails; whether that is the end is for the caller to decide.
apt_install() {
    local why=$1
    shift
    local remedy="apt-get install --yes --no-install-recommends $*"
    if ! have apt-get; then
        warn "$why: there is no apt-get here; install $* with this system's own package manager"
        return 1
    fi
    if ((EUID != 0)) && ! have sudo; then
        warn "$why: this needs root, and there is no sudo here; as root, run: $remedy"
        return 1
    fi
    say "$why: installing $*"
    local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 --quiet --quiet)
    as_root "${apt[@]}" update >&2 || warn "the list of packages could not be refreshed"
    as_root "${apt[@]}" install --yes --no-install-recommends "$@" >&2 || {
        warn "$why: the installation failed; as root, try: $remedy"
        return 1
    }
}

# ensure_room GIB: warns when the disk of the build folder has less free: a build, and a broker or
# a database beside it, fails in odd ways on a full disk.
ensure_room() {
    local folder=${CARGO_TARGET_DIR:-$ROOT} free
    mkdir -p "$folder"
    free=$(($(df --output=avail -k "$folder" | tail -n 1) >> 20))
    ((free >= $1)) || [ -d "$folder/target/debug" ] ||
        warn "$free GiB are free in $folder and a build from nothing takes about $1: free some if it fails"
}
