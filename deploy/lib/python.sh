# shellcheck shell=bash
# Environments for tools that come from PyPI, pinned with all that they need by version and hash.
# Sourced, after common.sh.

# ensure_python_tool NAME REQUIREMENTS: makes .dateline/tools/NAME, anew when REQUIREMENTS have
# changed; fails when it cannot be made.
ensure_python_tool() {
    local folder="$ROOT/.dateline/tools/$1" requirements=$2
    [[ ! -e $folder/complete || $requirements -nt $folder/complete ]] || return 0
    fetch_python_tool "$1" "$folder" "$requirements"
}

# What was begun before is thrown away.
fetch_python_tool() {
    local name=$1 folder=$2 requirements=$3
    if ! python3 -c 'import ensurepip' 2>/dev/null; then
        apt_install "no venv to fetch $name into" python3-venv || return 1
    fi
    say "fetching $name"
    rm -rf "$folder"
    python3 -m venv "$folder" &&
        "$folder/bin/python" -m pip --disable-pip-version-check --quiet install --no-deps \
            --only-binary=:all: --require-hashes --requirement "$requirements" >&2 &&
        touch "$folder/complete"
}
