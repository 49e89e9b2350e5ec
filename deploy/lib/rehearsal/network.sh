# shellcheck shell=bash
# Hosts that are network namespaces, joined by a bridge in one more of them; a CA of their own.
# Sourced by deploy/rehearsal.sh. Nothing of the machine's own network is touched: a namespace
# that is deleted takes its links with it.

NET=10.97.0
PREFIX=dlr
SWITCH=$PREFIX-switch
declare -A ADDRESS=(
    [nats-1]=$NET.11 [nats-2]=$NET.12 [nats-3]=$NET.13 [postgres]=$NET.20
    [producer-1]=$NET.31 [producer-2]=$NET.32 [enricher-1]=$NET.41 [enricher-2]=$NET.42
    [sink-1]=$NET.51 [sink-2]=$NET.52 [console]=$NET.60 [desk]=$NET.70
)
HOSTS=(nats-1 nats-2 nats-3 postgres producer-1 producer-2 enricher-1 enricher-2 sink-1 sink-2 console desk)

# on HOST COMMAND...: runs a command on a host.
on() {
    local host=$1
    shift
    ip netns exec "$PREFIX-$host" "$@"
}

make_network() {
    ip netns list | grep -q "^$PREFIX-" &&
        die "there are network namespaces that begin with $PREFIX- already" \
            "another rehearsal runs, or one was killed; remove them with: ip netns delete NAME"
    ip netns add "$SWITCH"
    NETWORK_IS_OURS=yes
    ip -n "$SWITCH" link add bridge type bridge
    ip -n "$SWITCH" link set bridge up
    local host number=0
    for host in "${HOSTS[@]}"; do
        number=$((number + 1))
        ip netns add "$PREFIX-$host"
        ip link add "${PREFIX}$number" netns "$SWITCH" type veth peer name eth0 netns "$PREFIX-$host"
        ip -n "$SWITCH" link set "${PREFIX}$number" master bridge up
        LINK[$host]=${PREFIX}$number
        ip -n "$PREFIX-$host" address add "${ADDRESS[$host]}/24" dev eth0
        ip -n "$PREFIX-$host" link set eth0 up
        ip -n "$PREFIX-$host" link set lo up
    done
}
declare -A LINK=()
NETWORK_IS_OURS=no

# pull_cable HOST, plug_cable HOST: out of the switch, and back.
pull_cable() { ip -n "$SWITCH" link set "${LINK[$1]}" down; }
plug_cable() { ip -n "$SWITCH" link set "${LINK[$1]}" up; }

remove_network() {
    [[ $NETWORK_IS_OURS == yes ]] || return 0
    local host
    for host in "${HOSTS[@]}"; do
        # Whatever still runs there was started here.
        ip netns pids "$PREFIX-$host" 2>/dev/null | xargs --no-run-if-empty kill -9 2>/dev/null || true
        ip netns delete "$PREFIX-$host" 2>/dev/null || true
    done
    ip netns delete "$SWITCH" 2>/dev/null || true
}

# A CA, and a certificate for each server with its address.
make_certificates() {
    mkdir -p "$RUN/tls"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
        -subj "/CN=Dateline rehearsal" -keyout "$RUN/tls/ca-key.pem" -out "$RUN/tls/ca.pem" 2>/dev/null
    local host
    for host in nats-1 nats-2 nats-3 postgres; do
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$host" \
            -keyout "$RUN/tls/$host-key.pem" -out "$RUN/tls/$host.csr" 2>/dev/null
        openssl x509 -req -in "$RUN/tls/$host.csr" -CA "$RUN/tls/ca.pem" -CAkey "$RUN/tls/ca-key.pem" \
            -CAcreateserial -days 2 -out "$RUN/tls/$host.pem" \
            -extfile <(printf 'subjectAltName=DNS:%s,IP:%s\nextendedKeyUsage=serverAuth,clientAuth\n' \
                "$host" "${ADDRESS[$host]}") 2>/dev/null
    done
}
