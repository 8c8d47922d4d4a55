# shellcheck shell=bash
# What the deploy says, and how it ends. Written for whoever reads it at night.

# Exit codes: 1 failed, the old release serves on; 2 wrong usage; 3 refused before anything was touched; 4 another
# deploy runs; 5 the new release was taken back after the switch.
readonly EXIT_FAILED=1 EXIT_USAGE=2 EXIT_REFUSED=3 EXIT_LOCKED=4 EXIT_TAKEN_BACK=5

current_step=
is_explained=false
# A function to call when the run fails, to leave things as they were.
on_failure=

say() { printf '%s  %s\n' "$(date -u +%H:%M:%S)" "$*"; }
success() { say "DONE  $*"; }

# step NAME FUNCTION: says what begins; its name is in every failure.
step() {
  current_step="$1"
  say "STEP  $1"
  "$2"
}

# fail [--code N] MESSAGE ...: the reason, then what is true now and what to do, a line each.
fail() {
  local code=$EXIT_FAILED
  if [[ "$1" == --code ]]; then
    code="$2"
    shift 2
  fi
  is_explained=true
  {
    say "FAILED${current_step:+ at step $current_step}: $1"
    shift
    local line
    for line in "$@"; do printf '          %s\n' "$line"; done
  } >&2
  exit "$code"
}

refuse() { fail --code "$EXIT_REFUSED" "$@"; }

# Also for what nobody foresaw: a command that fails ends the script by set -e.
at_exit() {
  local code=$?
  trap - EXIT
  if ((code != 0)) && ! $is_explained; then
    say "FAILED${current_step:+ at step $current_step}: a command ended with $code, or a signal came." >&2
  fi
  if ((code != 0)) && [[ -n "$on_failure" ]]; then
    "$on_failure" "$code" || true
  fi
  exit "$code"
}
trap at_exit EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP
