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
    check_unit_files "$folder" || return 1
    rm -rf "$folder"
    say "dateline@.service: exposure ${score:-unknown}, at most $UNIT_EXPOSURE"
    [[ -n $score ]] && version_at_least "$UNIT_EXPOSURE" "$score"
}

# check_unit_files FOLDER: each role's unit with its drop-ins, as systemd reads it, with a program
# that is there on every machine.
check_unit_files() {
    local role unit
    cp -r "$ROOT"/deploy/systemd/dateline@*.service.d "$1"
    for role in producer enricher sink console; do
        unit=$1/dateline@$role.service
        sed 's|/usr/bin/dateline|/bin/true|' "$ROOT/deploy/systemd/dateline@.service" >"$unit"
        SYSTEMD_UNIT_PATH="$1:" systemd-analyze verify --man=no "$unit" || return 1
    done
}

# The schemas of Kubernetes and of compose files, pinned by version and hash, in a folder of
# the project's own; exported as DATELINE_MANIFEST_SCHEMAS.
ensure_manifest_schemas() {
    local target="$ROOT/.dateline/tools/manifest-schemas" pins="$ROOT/deploy/manifests.requirements.txt"
    if [[ ! -x $target/bin/check-jsonschema || $pins -nt $target/bin/check-jsonschema ]]; then
        fetch_manifest_schemas "$target" "$pins" ||
            die "the schemas of Kubernetes and compose could not be fetched" \
                "they are the packages kubernetes-validate and check-jsonschema"
    fi
    export DATELINE_MANIFEST_SCHEMAS=$target
}

# fetch_manifest_schemas FOLDER PINS
fetch_manifest_schemas() {
    python3 -c 'import ensurepip' >/dev/null 2>&1 ||
        apt_install "no venv to put the schemas of Kubernetes and compose into" python3-venv || return 1
    say "fetching the schemas of Kubernetes and compose files"
    rm -rf "$1"
    python3 -m venv "$1" || return 1
    "$1/bin/pip" --disable-pip-version-check --quiet install --only-binary=:all: \
        --require-hashes --requirement "$2" >&2 || return 1
    touch "$1/bin/check-jsonschema"
}

# The compose file, as compose wants it.
check_compose() {
    "$DATELINE_MANIFEST_SCHEMAS/bin/check-jsonschema" --builtin-schema vendor.compose-spec \
        "$ROOT/deploy/compose/compose.yaml"
}

# Each overlay put together, then each object of it against Kubernetes' own schema. Objects of
# operators' (KEDA, Prometheus) have no schema there and are named in a warning.
check_kubernetes() {
    local overlay made
    made=$(mktemp -d)
    if ! kubectl kustomize --help >/dev/null 2>&1; then
        warn "no kubectl here: the kustomizations are not put together, only their files are checked"
        find "$ROOT/deploy/kubernetes" -name '*.yaml' ! -name kustomization.yaml -print0 |
            xargs -0 "$DATELINE_MANIFEST_SCHEMAS/bin/kubernetes-validate" --strict --quiet
        return
    fi
    for overlay in "$ROOT"/deploy/kubernetes/overlays/*/; do
        kubectl kustomize "$overlay" >"$made/$(basename "$overlay").yaml" || return 1
    done
    "$DATELINE_MANIFEST_SCHEMAS/bin/kubernetes-validate" --strict --quiet "$made"/*.yaml || return 1
    say "kubernetes: every overlay can be put together and is valid"
    rm -rf "$made"
}
