#!/usr/bin/env bash
# A newsroom of many hosts, rehearsed on one machine: three nats-servers with the shipped
# cluster configuration, TLS and one user for each role; PostgreSQL; each role of Dateline as a
# process on a host of its own, which is a network namespace. Articles are pushed without pause
# while brokers are killed, cables are pulled and every role is upgraded one by one: to another
# build, or to the same where none is named. In the end a judge compares what was accepted with
# what is stored.
#
#   DATELINE_BUILD_VERSION=0.1.0+next cargo build && cp target/debug/dateline target/dateline-next
#   cargo build && cargo build -p dateline-sample --example generate
#   sudo deploy/rehearsal.sh [--articles N] [--upgrade-to target/dateline-next] [--log FILE]
#
# DATELINE names another binary to begin with, DATELINE_NATS_SERVER the nats-server, DATELINE_POSTGRES_BIN the
# folder of PostgreSQL's programs. Takes everything down at its end, however it ends; the logs of
# a rehearsal that failed stay, and it says where.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"
# shellcheck source=deploy/lib/common.sh
. deploy/lib/common.sh
# shellcheck source=deploy/lib/postgres.sh
. deploy/lib/postgres.sh
# shellcheck source=deploy/lib/rehearsal/network.sh
. deploy/lib/rehearsal/network.sh
# shellcheck source=deploy/lib/rehearsal/services.sh
. deploy/lib/rehearsal/services.sh

ARTICLES=10000
LOG=
NEXT=
while (($# > 0)); do
    case $1 in
    --articles) ARTICLES=${2:?--articles takes a number}; shift 2 ;;
    --upgrade-to) NEXT=${2:?--upgrade-to takes a binary}; shift 2 ;;
    --log) LOG=$(realpath "${2:?--log takes a file}"); shift 2 ;;
    *) die "unknown option $1" \
        "usage: deploy/rehearsal.sh [--articles N] [--upgrade-to BINARY] [--log FILE]" ;;
    esac
done
# Articles of one push.
BATCH=50

# first_of FILE...: the first that can be run.
first_of() {
    local file
    for file in "$@"; do
        if [[ -n $file && -x $file ]]; then realpath "$file" && return; fi
    done
    return 1
}

check_needs() {
    ((EUID == 0)) || die "network namespaces need root" "run it with sudo, or in a virtual machine"
    local tool missing=()
    for tool in ip openssl curl python3 runuser; do have "$tool" || missing+=("$tool"); done
    ((${#missing[@]} == 0)) || die "not here: ${missing[*]}" "on Debian: apt-get install iproute2 openssl curl python3 util-linux"
    ip netns add "$PREFIX-trial" 2>/dev/null || die "this system lets nobody make network namespaces" \
        "in a container it takes the capabilities NET_ADMIN and SYS_ADMIN"
    ip netns delete "$PREFIX-trial"
    DATELINE=$(first_of "${DATELINE:-}" target/release/dateline target/debug/dateline) ||
        die "there is no dateline to rehearse with" "build it: cargo build"
    check_next
    GENERATE=$(first_of "${GENERATE:-}" target/release/examples/generate target/debug/examples/generate) ||
        die "the generator of articles is not built" "cargo build -p dateline-sample --example generate"
    NATS_SERVER=$(first_of "${DATELINE_NATS_SERVER:-}" .dateline/tools/nats-server "$(command -v nats-server || true)") ||
        die "there is no nats-server" "let DATELINE_NATS_SERVER name one"
    POSTGRES_BIN=${DATELINE_POSTGRES_BIN:-$(installed_postgres)} ||
        die "there is no PostgreSQL" "apt-get install postgresql, or let DATELINE_POSTGRES_BIN name its programs' folder"
    POSTGRES_USER=postgres
    id postgres >/dev/null 2>&1 || POSTGRES_USER=nobody
}

version_of() { "$1" --version | sed 's/^dateline //'; }

# What is upgraded to can be told from what it begins with, or nothing would be shown.
check_next() {
    if [[ -z $NEXT ]]; then
        NEXT=$DATELINE
        return
    fi
    NEXT=$(first_of "$NEXT") || die "what --upgrade-to names cannot be run"
    [[ $(version_of "$NEXT") != "$(version_of "$DATELINE")" ]] ||
        die "both builds state the version $(version_of "$NEXT")" "build one with DATELINE_BUILD_VERSION set"
}

# Everything that is told goes into the log, with the seconds since the beginning.
tell() { printf '%4d s  %s\n' "$SECONDS" "$*" | tee -a "$RUN/told" >&2; }

take_down() {
    local code=$?
    trap - EXIT INT TERM
    [[ -z ${pusher:-} ]] || kill "$pusher" 2>/dev/null || true
    remove_network
    wait 2>/dev/null || true
    if ((code == 0)); then
        # Workers of the database may still be about to end.
        until rm -rf "$RUN" 2>/dev/null; do sleep 0.2; done
    else
        say "the logs of this rehearsal: $RUN"
    fi
    exit "$code"
}

bring_up() {
    make_network
    make_certificates
    make_secrets
    make_dateline_config
    local host
    for host in nats-1 nats-2 nats-3; do make_nats_config "$host" && start_nats "$host"; done
    start_postgres
    for host in nats-1 nats-2 nats-3; do wait_for "$host" 60 nats_is_well "$host"; done
    tell "three nats-servers $("$NATS_SERVER" --version | sed 's/.*: *//') with TLS and PostgreSQL $(postgres_version "$POSTGRES_BIN") are up"
    # The operator's comes first: only it may make streams.
    start_role console
    wait_for "console" 60 role_is_well console
    for host in "${ROLES[@]}"; do [[ $host == console ]] || start_role "$host"; done
    for host in "${ROLES[@]}"; do wait_for "$host" 60 role_is_well "$host"; done
    for host in "${ROLES[@]}"; do
        [[ $(stated_version "$host") == "$(version_of "$DATELINE")" ]] || die "$host states another version than its program"
    done
    tell "up: ${ROLES[*]}; each states version $(version_of "$DATELINE")"
    check_rights
}
ROLES=(console producer-1 producer-2 enricher-1 enricher-2 sink-1 sink-2)

# Every role can do its work, and a sink that is taken over cannot invent raw articles.
check_rights() {
    local role
    for role in producer enricher sink console; do
        as desk "$role" config check --connect >"$RUN/check-$role.txt" 2>&1 ||
            die "config check --connect fails for $role" "$(cat "$RUN/check-$role.txt")"
    done
    tell "config check --connect: every role's user finds broker, streams and store as they should be"
    head -1 "$RUN/articles.jsonl" >"$RUN/forged.jsonl"
    as desk sink run producer --stdin --format jsonl --source forged --admin 127.0.0.1:0 \
        <"$RUN/forged.jsonl" >"$RUN/forged.log" 2>&1 &
    local forger=$!
    wait_for "the broker to refuse the sink's user" 60 grep -qi 'permissions violation' "$RUN/forged.log"
    process_of desk "$DATELINE" | xargs --no-run-if-empty kill -9
    wait "$forger" 2>/dev/null || true
    tell "a raw article published with the sink's credentials is refused by the broker"
}

# push_batch FILE FIRST SECOND: until one of the producers has answered 202.
push_batch() {
    local answer host
    while :; do
        for host in "$2" "$3"; do
            answer=$(on desk curl --silent --output /dev/null --write-out '%{http_code}' --max-time 10 \
                --header "Authorization: Bearer $(secret push)" --data-binary "@$1" \
                "http://${ADDRESS[$host]}:8480/articles" || true)
            [[ $answer == 202 ]] && return
            printf '%s %s\n' "$host" "$answer" >>"$RUN/pushes.refused"
        done
        sleep 0.2
    done
}

# Pushes everything, every tenth batch twice, until the file `hurry` is there with pauses.
push_all() {
    local batch number=0 turn=(producer-1 producer-2)
    for batch in "$RUN"/batches/*; do
        number=$((number + 1))
        push_batch "$batch" "${turn[@]}"
        turn=("${turn[1]}" "${turn[0]}")
        ((number % 10 == 0)) && push_batch "$batch" "${turn[@]}"
        printf '%s\n' "$number" >"$RUN/pushed"
        [[ -e $RUN/hurry ]] || sleep 0.4
    done
}

prepare_load() {
    "$GENERATE" "$ARTICLES" 97 >"$RUN/articles.jsonl"
    mkdir -p "$RUN/batches"
    split --lines "$BATCH" --numeric-suffixes --suffix-length 5 "$RUN/articles.jsonl" "$RUN/batches/"
    : >"$RUN/pushes.refused"
}

pushed() { printf '%d articles pushed' "$(($(cat "$RUN/pushed") * BATCH))"; }

fail_over_brokers() {
    local host
    for host in nats-1 nats-2 nats-3; do
        process_of "$host" "$NATS_SERVER" | xargs kill -9
        wait "${PID[$host]}" 2>/dev/null || true
        tell "$host killed (SIGKILL); $(pushed)"
        sleep 5
        start_nats "$host"
        wait_for "$host to be well again" 120 nats_is_well "$host"
        tell "$host is back, its streams are up to date"
    done
}

cut_cables() {
    local host
    for host in enricher-1 nats-2 sink-1 postgres; do
        pull_cable "$host"
        tell "cable of $host pulled; $(pushed)"
        sleep 8
        plug_cable "$host"
        tell "cable of $host back"
        sleep 2
    done
    for host in nats-1 nats-2 nats-3; do wait_for "$host" 120 nats_is_well "$host"; done
    for host in "${ROLES[@]}"; do wait_for "$host to be ready" 120 role_is_well "$host"; done
    tell "everyone is ready again"
}

upgrade_one_by_one() {
    local host
    for host in sink-1 sink-2 enricher-1 enricher-2 producer-1 producer-2 console; do
        stop_role "$host"
        PROGRAM[$host]=$NEXT
        start_role "$host"
        wait_for "$host to be ready" 120 role_is_well "$host"
        tell "$host stopped with exit code 0, started again, ready, states $(stated_version "$host"); $(pushed)"
    done
    PROGRAM[desk]=$NEXT
    version_of "$NEXT" >"$RUN/version"
}

nothing_waits() {
    as desk console status --json >"$RUN/status.json" 2>/dev/null && python3 - "$RUN/status.json" <<'PYTHON'
import json, sys
status = json.load(open(sys.argv[1]))["broker"]
sys.exit(any(one["pending"] + one["ack_pending"] for one in status["consumers"]) or not status["consumers"])
PYTHON
}

settle() {
    wait_for "the pipeline to work everything off" 300 nothing_waits
    as desk console status --json >"$RUN/status.json"
    as desk console export >"$RUN/stored.jsonl"
    as desk console dead list --json >"$RUN/dead.jsonl" 2>/dev/null
    mkdir -p "$RUN/metrics"
    local host
    for host in "${ROLES[@]}"; do
        on desk curl --silent --fail "http://${ADDRESS[$host]}:9464/metrics" >"$RUN/metrics/$host.txt"
    done
}

write_log() {
    {
        printf '# Rehearsal of many hosts\n\nMade by `sudo deploy/rehearsal.sh --upgrade-to BINARY --log docs/rehearsal.md`; see there for what is\n'
        printf 'done, and on what hosts. `%s` (%s build), upgraded to `%s`; %s articles pushed in batches\n' \
            "$("$DATELINE" --version)" "$BUILD" "$("$NEXT" --version)" "$ARTICLES"
        printf 'of %s, every tenth batch twice; pushes that ' "$BATCH"
        printf 'were not answered 202 at first and repeated: %s.\n\n## What happened\n\n```\n' "$(wc -l <"$RUN/pushes.refused")"
        cat "$RUN/told"
        printf '```\n\n## Verdict\n\n'
        cat "$RUN/verdict.md"
    } >"$1"
}

check_needs
BUILD=optimised
[[ $DATELINE == */debug/* ]] && BUILD=development
RUN=$(mktemp -d /tmp/dateline-rehearsal.XXXXXX)
chmod 755 "$RUN"
trap take_down EXIT
trap 'exit 130' INT TERM
SECONDS=0

prepare_load
bring_up
cp -r seeds/articles/. "$RUN/seeds/"
printf '55\n' >"$RUN/seeds.count"
printf '0\n' >"$RUN/pushed"
push_all &
pusher=$!
tell "articles are pushed without pause; the seeds lie in a watched folder of producer-1"
sleep 3
fail_over_brokers
cut_cables
upgrade_one_by_one
touch "$RUN/hurry"
tell "the faults are over; $(pushed), the rest follows without pauses"
wait "$pusher"
settle
tell "everything is worked off"
verdict=0
python3 deploy/lib/rehearsal/judge.py "$RUN" >"$RUN/verdict.md" || verdict=1
cat "$RUN/verdict.md"
[[ -z $LOG ]] || write_log "$LOG"
((verdict == 0)) || die "the rehearsal did not keep what it promised"
say "the rehearsal kept everything"
