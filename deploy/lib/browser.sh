# shellcheck shell=bash
# Finds or installs what the tests of the console's pages need: Chromium, Node.js, and the
# pinned packages of crates/console/tests/browser. Exports DATELINE_CHROMIUM.
# Sourced, after common.sh.

ensure_browser() {
    local missing=()
    have chromium || missing+=(chromium)
    have node || missing+=(nodejs)
    have npm || missing+=(npm)
    if ((${#missing[@]} > 0)); then
        apt_install "the tests of the console's pages need a browser" "${missing[@]}" ||
            die "there is no browser to test the console's pages with" "install ${missing[*]}, then run this script again"
    fi
    DATELINE_CHROMIUM=$(command -v chromium)
    export DATELINE_CHROMIUM
    ensure_browser_packages
}

# The lock file names versions and hashes; nothing of the packages' own is run.
ensure_browser_packages() {
    local folder="$ROOT/crates/console/tests/browser"
    local installed="$folder/node_modules/.package-lock.json"
    if [[ ! -e $installed || $folder/package-lock.json -nt $installed ]]; then
        say "fetching the packages of the browser tests"
        npm --prefix "$folder" ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2 ||
            die "the packages of the browser tests could not be fetched"
    fi
}
