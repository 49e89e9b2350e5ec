# shellcheck shell=bash
# Checks what deploy/ ships for others to run, as far as that needs none of their engines.
# Sourced, after common.sh and nats-server.sh.

# The broker's own reading of the cluster's configuration.
check_nats_config() {
    env NATS_NAME=nats-1 NATS_ROUTES='[nats://nats-2:6222, nats://nats-3:6222]' \
        DATELINE_PRODUCER_PASSWORD=a DATELINE_ENRICHER_PASSWORD=b \
        DATELINE_SINK_PASSWORD=c DATELINE_OPERATOR_PASSWORD=d \
        "$DATELINE_NATS_SERVER" --config "$ROOT/deploy/nats/cluster.conf" -t
}

# systemd's score of what the unit leaves open, from 0 (nothing) to 10; the worst that passes.
UNIT_EXPOSURE=1.5

check_units() {
    have systemd-analyze || apt_install "systemd-analyze scores the units" systemd || return 1
    local folder score
    folder=$(mktemp -d)
    # A template is scored as one of its instances.
    cp "$ROOT/deploy/systemd/dateline@.service" "$folder/dateline@sink.service"
    score=$(systemd-analyze security --offline=true "$folder/dateline@sink.service" |
        sed -n 's/^.*exposure level for .*: \([0-9.]*\) .*$/\1/p')
    rm -rf "$folder"
    say "dateline@.service: exposure ${score:-unknown}, at most $UNIT_EXPOSURE"
    [[ -n $score ]] && version_at_least "$UNIT_EXPOSURE" "$score"
}
