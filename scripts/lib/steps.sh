# shellcheck shell=bash
# Sourced by the scripts beside this folder: messages, and long commands shown as one line each.

# The clone's root. Everything below is relative to it, wherever the script was called from.
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
logs=$root/.build/logs
progress=
export root

# A Python of the user's own must not leak into ours.
unset PYTHONHOME PYTHONPATH PIP_USER PIP_TARGET PIP_PREFIX

say() { printf '%s\n' "$*" >&2; }

# fail PROBLEM [REMEDY]: ends the script with status 3, which is dspex's own for "the environment lacks something".
fail() {
    say "error: $1"
    if [[ $# -gt 1 ]]; then say "  mend it with:  $2"; fi
    exit 3
}

seconds_since() { awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }'; }

# Shows the last line of a log while its command runs: in place on a terminal, every 15 seconds elsewhere.
watch_log() {
    local title=$1 log=$2 owner=$3 started=$4 columns line shown=$EPOCHSECONDS
    trap '' INT
    columns=$(tput cols 2>/dev/null || echo 100)
    while sleep 0.5 && kill -0 "$owner" 2>/dev/null; do
        line=$(tail -c 400 -- "$log" 2>/dev/null | tr '\r' '\n' | grep -av '^[[:space:]]*$' | tail -n 1 | tr -d '\000-\037' || true)
        line="$title … $(seconds_since "$started") s  $line"
        if [[ -t 2 ]]; then
            printf '\r\033[K%s' "${line:0:columns-1}" >&2
        elif ((EPOCHSECONDS - shown >= 15)); then
            shown=$EPOCHSECONDS
            printf '  %s\n' "${line:0:140}" >&2
        fi
    done
}

stop_watching() {
    if [[ -n $progress ]]; then
        kill "$progress" 2>/dev/null || true
        wait "$progress" 2>/dev/null || true
        progress=
        if [[ -t 2 ]]; then printf '\r\033[K' >&2; fi
    fi
}
trap stop_watching EXIT

# attempt TITLE LOG-NAME COMMAND...: runs the command with its output in the log and leaves its exit status in `status`. Functions
# keep `set -e`, so never call this where bash would switch that off (in a condition, before && or ||).
attempt() {
    local title=$1 log=$logs/$2.log started=$EPOCHREALTIME
    shift 2
    mkdir -p -- "$logs"
    : >"$log"
    # 9 is the lock of scripts/setup, which must not outlive it.
    watch_log "$title" "$log" $$ "$started" 9>&- &
    progress=$!
    set +e
    (
        set -e
        "$@"
    ) >"$log" 2>&1 </dev/null
    status=$?
    set -e
    stop_watching
    if ((status == 0)); then
        say "✓ $title ($(seconds_since "$started") s)"
    else
        say "✗ $title (exit status $status after $(seconds_since "$started") s)"
        # The lines that name what failed can stand far above the end.
        grep -aE 'error: |^✘ |^(FAILED|ERROR) |^E: ' -- "$log" | tail -n 60 | cut -c 1-400 | sed 's/^/  ! /' >&2 || true
        say "  the last lines of ${log#"$root"/}:"
        tail -n 20 -- "$log" | cut -c 1-400 | sed 's/^/  | /' >&2
    fi
}

# step TITLE LOG-NAME COMMAND...: the same, and the script ends when the command fails.
step() {
    attempt "$@"
    if ((status != 0)); then exit 3; fi
}
