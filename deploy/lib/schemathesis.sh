# shellcheck shell=bash
# Fetches schemathesis, pinned with all that it needs by version and hash, and runs it against
# the API of a Dateline of its own.
# Sourced, after common.sh and python.sh.

ensure_schemathesis() {
    ensure_python_tool schemathesis "$ROOT/deploy/api/requirements.txt" ||
        die "schemathesis could not be fetched" "it is the package schemathesis; see deploy/api/requirements.txt"
    SCHEMATHESIS="$ROOT/.dateline/tools/schemathesis"
}

# check_api BINARY: starts a pipeline with the seeds and has schemathesis ask its API whatever
# its document allows, and what it does not.
check_api() {
    local binary=$1 folder
    folder=$(mktemp -d) || return 1
    mkdir "$folder/logs"
    DATELINE_LOG__FORMAT=json DATELINE_ADMIN__LISTEN=127.0.0.1:0 DATELINE_CONSOLE__LISTEN=127.0.0.1:0 \
        DATELINE_PRODUCER__PUSH__LISTEN=127.0.0.1:0 \
        "$binary" up --data-dir "$folder/data" --seeds "$ROOT/seeds" >"$folder/summary" 2>"$folder/log" &
    local pipeline=$! result=1 address
    if address=$(api_address "$folder" "$pipeline"); then
        (cd "$folder" && "$SCHEMATHESIS/bin/schemathesis" --config-file "$ROOT/deploy/api/schemathesis.toml" \
            run "http://$address/api/v1/openapi.json") && result=0
    else
        warn "the pipeline for schemathesis did not start: $(tail -n 5 "$folder/log")"
    fi
    kill "$pipeline" 2>/dev/null
    wait "$pipeline" 2>/dev/null
    rm -rf "$folder"
    return "$result"
}

# api_address FOLDER PROCESS: where the console listens, once the seeds are stored.
api_address() {
    local folder=$1 process=$2 deadline=$((SECONDS + 180))
    until grep -q 'dead letters' "$folder/summary"; do
        kill -0 "$process" 2>/dev/null && ((SECONDS < deadline)) || return 1
        sleep 0.2
    done
    sed -n 's/.*"console listens".*"address":"\([^"]*\)".*/\1/p; s/.*"address":"\([^"]*\)".*"console listens".*/\1/p' "$folder/log" | head -n 1
}
