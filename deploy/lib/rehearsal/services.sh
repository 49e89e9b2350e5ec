# shellcheck shell=bash
# The processes of the rehearsal: three nats-servers with the shipped configuration, PostgreSQL,
# and each role of Dateline on a host of its own. Sourced by deploy/rehearsal.sh.

declare -A PID=()
# What a host runs, where it is not what the rehearsal began with.
declare -A PROGRAM=()

secret() { tr -d '\n' <"$RUN/secrets/$1"; }

make_secrets() {
    mkdir -p "$RUN/secrets"
    chmod 700 "$RUN/secrets"
    local name
    for name in producer enricher sink operator postgres push; do
        openssl rand -hex 24 >"$RUN/secrets/$name"
    done
}

# The shipped files, with the lines for TLS uncommented as they say, and paths of this run.
make_nats_config() {
    local host=$1
    mkdir -p "$RUN/$host/data"
    sed -e 's|^\( *\)# tls {|\1tls {|' -e "s|/etc/nats/tls/host|$RUN/tls/$host|g" \
        -e "s|/etc/nats/tls/ca|$RUN/tls/ca|" -e "s|\"/data\"|\"$RUN/$host/data\"|" \
        "$ROOT/deploy/nats/cluster.conf" >"$RUN/$host/cluster.conf"
    cp "$ROOT/deploy/nats/accounts.conf" "$RUN/$host/accounts.conf"
    grep -c '^ *tls {' "$RUN/$host/cluster.conf" | grep -qx 2 ||
        die "deploy/nats/cluster.conf has other lines for TLS than this script uncomments"
}

start_nats() {
    local host=$1 other routes=()
    for other in nats-1 nats-2 nats-3; do
        [[ $other == "$host" ]] || routes+=("nats://${ADDRESS[$other]}:6222")
    done
    on "$host" env NATS_NAME="$host" NATS_ROUTES="[$(IFS=,; printf '%s' "${routes[*]}")]" \
        DATELINE_PRODUCER_PASSWORD="$(secret producer)" DATELINE_ENRICHER_PASSWORD="$(secret enricher)" \
        DATELINE_SINK_PASSWORD="$(secret sink)" DATELINE_OPERATOR_PASSWORD="$(secret operator)" \
        "$NATS_SERVER" --config "$RUN/$host/cluster.conf" >>"$RUN/$host.log" 2>&1 &
    PID[$host]=$!
}

# Whether the server, its streams and its place in the cluster are well.
nats_is_well() {
    on "$1" curl --silent --fail --max-time 2 http://127.0.0.1:8222/healthz >/dev/null
}

start_postgres() {
    local data=$RUN/postgres/data run="runuser -u $POSTGRES_USER --"
    mkdir -p "$RUN/postgres"
    cp "$RUN/tls/postgres.pem" "$RUN/tls/postgres-key.pem" "$RUN/postgres/"
    chmod 600 "$RUN/postgres/postgres-key.pem"
    chown -R "$POSTGRES_USER" "$RUN/postgres"
    $run "$POSTGRES_BIN/initdb" --pgdata="$data" --username=admin --auth=trust >"$RUN/postgres.log" 2>&1
    {
        printf 'local all all trust\n'
        printf 'hostssl dateline dateline %s.0/24 scram-sha-256\n' "$NET"
    } >"$data/pg_hba.conf"
    # shellcheck disable=SC2086
    on postgres $run "$POSTGRES_BIN/postgres" -D "$data" -c "listen_addresses=${ADDRESS[postgres]}" \
        -c "unix_socket_directories=$RUN/postgres" -c ssl=on -c "ssl_cert_file=$RUN/postgres/postgres.pem" \
        -c "ssl_key_file=$RUN/postgres/postgres-key.pem" -c default_toast_compression=lz4 \
        >>"$RUN/postgres.log" 2>&1 &
    PID[postgres]=$!
    wait_for "PostgreSQL" 60 "$POSTGRES_BIN/pg_isready" --quiet --host "$RUN/postgres"
    printf 'CREATE ROLE dateline LOGIN PASSWORD %s;\nCREATE DATABASE dateline OWNER dateline;\n' \
        "'$(secret postgres)'" |
        "$POSTGRES_BIN/psql" --quiet -v ON_ERROR_STOP=1 --host "$RUN/postgres" --username admin postgres
}

# The configuration of the Kubernetes folder, and a watched folder for the first producer.
make_dateline_config() {
    cp "$ROOT/deploy/kubernetes/base/dateline.toml" "$RUN/dateline.toml"
    mkdir -p "$RUN/seeds"
    {
        cat "$RUN/dateline.toml"
        printf '\n[[producer.files.folder]]\npath = "%s"\nsource = "seeds"\n' "$RUN/seeds"
    } >"$RUN/producer-1.toml"
}

# environment_of ROLE: what differs from host to host, as the systemd units would set it.
environment_of() {
    local role=$1 user=$1
    [[ $role == console ]] && user=operator
    printf '%s\n' "DATELINE_NATS__SERVERS=tls://$NET.11:4222,tls://$NET.12:4222,tls://$NET.13:4222" \
        "DATELINE_NATS__USER=$user" "DATELINE_NATS__PASSWORD_FILE=$RUN/secrets/$user" \
        "DATELINE_NATS__TLS_CA_FILE=$RUN/tls/ca.pem" \
        "DATELINE_STORE__POSTGRES__URL=postgresql://dateline@${ADDRESS[postgres]}:5432/dateline" \
        "DATELINE_STORE__POSTGRES__PASSWORD_FILE=$RUN/secrets/postgres" \
        "DATELINE_STORE__POSTGRES__TLS_CA_FILE=$RUN/tls/ca.pem"
    case $role in
    console) printf '%s\n' DATELINE_NATS__JANITOR=true ;;
    producer) printf '%s\n' "DATELINE_PRODUCER__PUSH__LISTEN=0.0.0.0:8480" \
        "DATELINE_PRODUCER__PUSH__TOKEN_FILE=$RUN/secrets/push" ;;
    esac
}

# as HOST ROLE COMMAND...: a command of dateline on a host, with the rights of a role.
as() {
    local host=$1 role=$2 config=$RUN/dateline.toml
    shift 2
    [[ $host == producer-1 ]] && config=$RUN/producer-1.toml
    local environment
    mapfile -t environment < <(environment_of "$role")
    mkdir -p "$RUN/$host"
    on "$host" env "${environment[@]}" "$(program_of "$host")" --config "$config" --data-dir "$RUN/$host" "$@"
}

# start_role HOST: as(1) in the background; the host's name without its number is the role.
start_role() {
    local host=$1 role=${1%-*}
    as "$host" "$role" run "$role" >>"$RUN/$host.log" 2>&1 &
    PID[$host]=$!
}

program_of() { printf '%s' "${PROGRAM[$1]:-$DATELINE}"; }

# stated_version HOST: the version that its metrics tell.
stated_version() {
    on desk curl --silent --fail --max-time 5 "http://${ADDRESS[$1]}:9464/metrics" |
        sed -n 's/^dateline_build_info{version="\(.*\)"} 1$/\1/p'
}

role_is_well() { as "$1" "${1%-*}" health >/dev/null 2>&1; }

# process_of HOST PROGRAM: the shell between us and the process would not pass a signal on.
process_of() {
    local pid
    for pid in $(ip netns pids "$PREFIX-$1"); do
        if [[ $(readlink "/proc/$pid/exe") == "$2" ]]; then printf '%s\n' "$pid"; fi
    done
}

# stop_role HOST: SIGTERM, which must end it with exit code 0.
stop_role() {
    local host=$1 code=0
    process_of "$host" "$(program_of "$host")" | xargs kill -TERM
    wait "${PID[$host]}" || code=$?
    ((code == 0)) || die "$host ended with exit code $code after SIGTERM" "its log: $RUN/$host.log"
}

# wait_for WHAT SECONDS COMMAND...: until it succeeds.
wait_for() {
    local what=$1 deadline=$((SECONDS + $2))
    shift 2
    until "$@"; do
        ((SECONDS < deadline)) || die "gave up waiting for: $what" "logs are in $RUN"
        sleep 0.2
    done
}
