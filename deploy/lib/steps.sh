# shellcheck shell=bash
# Runs the steps of a check one after the other, all of them, and sums up at the end.
# Sourced, after common.sh.

STEP_LINES=()
STEPS_FAILED=0

# step NAME COMMAND...: runs a command, tells its time, remembers how it went.
step() {
    local name=$1 begun=$SECONDS result=ok
    shift
    say "$name: $*"
    if ! "$@"; then
        result=FAILED
        STEPS_FAILED=$((STEPS_FAILED + 1))
    fi
    STEP_LINES+=("$(printf '%-12s %-7s %4d s' "$name" "$result" $((SECONDS - begun)))")
    say "${STEP_LINES[-1]}"
}

# Prints every step's result; fails when one of them did.
steps_summary() {
    printf '\n'
    printf '    %s\n' "${STEP_LINES[@]}"
    printf '    %-12s %-7s %4d s\n' total "$( ((STEPS_FAILED == 0)) && echo ok || echo FAILED)" "$SECONDS"
    ((STEPS_FAILED == 0))
}
