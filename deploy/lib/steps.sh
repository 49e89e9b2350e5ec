# shellcheck shell=bash
# Runs the steps of a check one after the other, all of them or those in STEPS_WANTED, and sums
# up at the end. Sourced, after common.sh.

STEPS_WANTED=()
STEP_LINES=()
STEPS_FAILED=0

# step NAME COMMAND...: runs a command if it is wanted, tells its time, remembers how it went.
step() {
    local name=$1 begun=$SECONDS result=ok
    shift
    is_wanted "$name" || return 0
    say "$name: $*"
    if ! "$@"; then
        result=FAILED
        STEPS_FAILED=$((STEPS_FAILED + 1))
    fi
    STEP_LINES+=("$(printf '%-12s %-7s %4d s' "$name" "$result" $((SECONDS - begun)))")
    say "${STEP_LINES[-1]}"
}

is_wanted() {
    ((${#STEPS_WANTED[@]} == 0)) || [[ " ${STEPS_WANTED[*]} " == *" $1 "* ]]
}

# Prints every step's result; fails when one of them did, or one that is wanted is none.
steps_summary() {
    ((${#STEPS_WANTED[@]} == 0 || ${#STEPS_WANTED[@]} == ${#STEP_LINES[@]})) ||
        die "not every one of these is a step: ${STEPS_WANTED[*]}" "the steps stand in docs/CONTRIBUTING.md"
    printf '\n'
    printf '    %s\n' "${STEP_LINES[@]}"
    printf '    %-12s %-7s %4d s\n' total "$( ((STEPS_FAILED == 0)) && echo ok || echo FAILED)" "$SECONDS"
    ((STEPS_FAILED == 0))
}
