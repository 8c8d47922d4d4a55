# shellcheck shell=bash
# One deploy at a time. The kernel holds the lock for this process and what it starts, so it cannot go stale: it ends
# with the last of them, however they end.

# with_lock WHAT FUNCTION
with_lock() {
  mkdir -p "$STATE_DIR"
  exec 9>>"$STATE_DIR/lock"
  flock --nonblock 9 || refuse_second "$1"
  printf 'what=%q\nby=%q\nat=%q\npid=%q\n' \
    "$1" "${SUDO_USER:-$(id -un)}@$(hostname)" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$$" >"$STATE_DIR/lock.holder.new"
  mv -f "$STATE_DIR/lock.holder.new" "$STATE_DIR/lock.holder"
  "$2"
}

refuse_second() {
  local what=unknown by=unknown at=unknown pid=
  # shellcheck source=/dev/null
  [[ -f "$STATE_DIR/lock.holder" ]] && source "$STATE_DIR/lock.holder"
  local advice="Wait for it, or look with: ps -fp $pid"
  if ! kill -0 "$pid" 2>/dev/null; then
    advice="Process $pid has ended, but a command it started still runs; the lock ends with it. Who: fuser -v $STATE_DIR/lock"
  fi
  fail --code "$EXIT_LOCKED" "Refused $1: another one runs." "It is the $what by $by since $at (process $pid)." "$advice"
}
