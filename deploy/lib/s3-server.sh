# shellcheck shell=bash
# Fetches a server that speaks the protocol of S3 (moto, from PyPI), for the tests of the
# stores that put files into a bucket, and exports its path as DATELINE_S3_SERVER.
# Sourced, after common.sh and python.sh.

ensure_s3_server() {
    if [[ -z ${DATELINE_S3_SERVER:-} ]]; then
        ensure_python_tool s3-server "$ROOT/deploy/s3-server/requirements.txt" ||
            die "a server for S3 could not be fetched" "it is the package moto; see deploy/s3-server/requirements.txt"
        DATELINE_S3_SERVER="$ROOT/.dateline/tools/s3-server/bin/moto_server"
    fi
    [[ -x $DATELINE_S3_SERVER ]] || die "DATELINE_S3_SERVER names $DATELINE_S3_SERVER, which cannot be run" \
        "unset it, or let it name moto_server"
    export DATELINE_S3_SERVER
}
