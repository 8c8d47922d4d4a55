#!/usr/bin/env bash
# Keeps every change of PostgreSQL as it happens, and brings the database back to any moment that it has kept.
# docs/operations/point-in-time.md explains it; the services "archive" and "archive-operator" run it.
set -euo pipefail
umask 077

ARCHIVE="${ARCHIVE:-/archive}"
METRICS="${METRICS:-/metrics}"
SLOT=lms_archive
LOOKS_EVERY_SECONDS=5
# A base copy that failed costs the server as much as one that did not.
BASE_AGAIN_SECONDS=600

usage() {
  cat <<'HELP'
Usage: archive.sh run                                          receives changes and makes base copies, until it is stopped
       archive.sh list                                         what there is to restore from
       archive.sh restore [--until TIME] [--replace]           fills PostgreSQL's data folder; stop PostgreSQL first
       archive.sh drill                                        restores the newest on trial, and throws it away

  --until TIME   the last moment that counts, such as 2026-11-24T21:05:00Z; default: everything there is
  --replace      the present data folder is moved aside
HELP
}

main() {
  # As root only to own the folders; everything else as PostgreSQL's own user.
  if [[ "$(id -u)" == 0 ]]; then
    mkdir -p "$ARCHIVE" "$(dirname "$PGDATA")"
    chown postgres: "$ARCHIVE" "$(dirname "$PGDATA")"
    exec gosu postgres bash "${BASH_SOURCE[0]}" "$@"
  fi
  case "${1:-}" in
    run) keep_archiving ;;
    list) list_bases ;;
    restore) shift && restore_database "$@" ;;
    drill) drill ;;
    *) usage >&2 && exit 2 ;;
  esac
}

say() { printf '%s %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$*"; }
fail() { say "FAILED $*" >&2 && exit 1; }

# ---- The service

keep_archiving() {
  PGPASSWORD="$(</run/secrets/postgres_password)"
  export PGPASSWORD PGCONNECT_TIMEOUT=10
  until pg_isready --quiet; do sleep 1; done
  open_era
  say "Receiving into $era."
  pg_receivewal --directory="$era/wal" --slot="$SLOT" --synchronous --status-interval=5 --no-loop --no-password &
  receiver=$!
  trap 'kill -TERM "$receiver" 2>/dev/null || true' TERM INT
  local base_maker='' next_base=0 previous='0/0' previous_at=0
  while kill -0 "$receiver" 2>/dev/null; do
    note_progress || say "The server does not answer."
    if ((SECONDS >= next_base)) && ! { [[ -n "$base_maker" ]] && kill -0 "$base_maker" 2>/dev/null; } && is_base_due; then
      next_base=$((SECONDS + BASE_AGAIN_SECONDS))
      make_base &
      base_maker=$!
    fi
    sleep "$LOOKS_EVERY_SECONDS" &
    wait "$!" || true
  done
  # Docker starts it again: it may have to begin anew with another server or timeline.
  wait "$receiver"
}

# An era is the history of one server on one timeline: after a restore a new one begins. When the slot is gone or has
# lost changes, there may be a gap, and the present era ends.
open_era() {
  era="$ARCHIVE/$(psql "dbname=$PGDATABASE replication=true" -At -c IDENTIFY_SYSTEM | cut -d'|' -f1,2 --output-delimiter=-)"
  local state
  state="$(psql -Atc "select wal_status from pg_replication_slots where slot_name = '$SLOT'")"
  if [[ "$state" == lost ]]; then psql -qAtc "select pg_drop_replication_slot('$SLOT')" >/dev/null; fi
  if [[ "$state" == lost || -z "$state" ]] && [[ -d "$era" ]]; then
    say "Changes may be missing since the last era: a new one begins."
    mv "$era" "$era-until-$(date -u +%Y-%m-%dT%H-%M-%SZ)"
  fi
  mkdir -p "$era/wal" "$era/base"
  rm -rf "$era"/base/*.new
  pg_receivewal --create-slot --if-not-exists --slot="$SLOT" --no-password
}

# What had been written by the last look and is received now was on two disks then: the recovery point.
note_progress() {
  local now answer
  now="$(date +%s)"
  answer="$(psql -Atc "select pg_current_wal_flush_lsn(), coalesce(max(flush_lsn) >= '$previous', false)
    from pg_stat_replication where pid = (select active_pid from pg_replication_slots where slot_name = '$SLOT')")" || return 1
  if [[ "${answer#*|}" == t ]] && ((previous_at > 0)); then
    put_metric lms_archive_covered_until_timestamp_seconds 'Every change before this moment is in the archive.' "$previous_at"
  fi
  previous="${answer%|*}"
  previous_at="$now"
}

is_base_due() {
  local newest
  newest="$(find "$era/base" -mindepth 1 -maxdepth 1 ! -name '*.new' -printf '%T@\n' | sort -n | tail -1)"
  ((${newest%.*} + ${ARCHIVE_BASE_HOURS:-24} * 3600 <= $(date +%s)))
}

make_base() {
  local copy="$era/base/making.new" name
  rm -rf "$copy"
  pg_basebackup --pgdata="$copy" --format=tar --compress=gzip:1 --wal-method=none --checkpoint=fast --no-password 2>&1 |
    grep -v 'WAL archiving is not enabled' || true
  pg_verifybackup --quiet --no-parse-wal "$copy" || fail "The base copy is not good; the next try is in some minutes."
  tar -xzOf "$copy/base.tar.gz" backup_label | sed -nE 's/^START WAL LOCATION: .*\(file ([0-9A-F]{24})\)$/\1/p' >"$copy/first-segment"
  # Named by its end: it serves every moment after it.
  name="$(date -u +%Y-%m-%dT%H:%M:%SZ)"
  touch "$copy"
  mv "$copy" "$era/base/$name"
  put_metric lms_archive_last_base_timestamp_seconds 'When the last base copy of PostgreSQL was made and checked.' "$(date +%s)"
  say "Made the base copy $name, $(du -sm "$era/base/$name" | cut -f1) MB."
  prune
  drill
}

# Copies older than ARCHIVE_KEEP_DAYS go, never the two newest; then the changes before the oldest that stays.
prune() {
  local days="${ARCHIVE_KEEP_DAYS:-7}" oldest
  find "$era/base" -mindepth 1 -maxdepth 1 -printf '%f\n' | sort -r | tail -n +3 | while read -r oldest; do
    if [[ -n "$(find "$era/base/$oldest" -maxdepth 0 -mmin "+$((days * 1440))")" ]]; then rm -rf "$era/base/${oldest:?}"; fi
  done
  oldest="$(find "$era/base" -mindepth 1 -maxdepth 1 -printf '%f\n' | sort | head -1)"
  pg_archivecleanup "$era/wal" "$(<"$era/base/$oldest/first-segment")"
  # Former eras end as a whole.
  find "$ARCHIVE" -mindepth 1 -maxdepth 1 -type d -name '[0-9]*' ! -path "$era" | while read -r oldest; do
    if [[ -z "$(find "$oldest" -type f -mmin "-$((days * 1440))" | head -1)" ]]; then rm -rf "${oldest:?}"; fi
  done
}

# One file a metric, replaced in one piece, for node_exporter.
put_metric() {
  [[ -d "$METRICS" ]] || return 0
  printf '# HELP %s %s\n# TYPE %s gauge\n%s %s\n' "$1" "$2" "$1" "$1" "$3" >"$METRICS/.$1.new" &&
    chmod 644 "$METRICS/.$1.new" && mv "$METRICS/.$1.new" "$METRICS/$1.prom"
}

# ---- The way back

all_bases() { find "$ARCHIVE" -mindepth 3 -maxdepth 3 -path "$ARCHIVE/[0-9]*/base/*" ! -name '*.new' -printf '%f %h\n' | sort; }

list_bases() {
  local name folder newest
  while read -r name folder; do
    newest="$(find "${folder%/base}/wal" -type f -printf '%TY-%Tm-%TdT%TH:%TM:%.2TSZ\n' | sort | tail -1)"
    printf 'any moment from %s to %s  (%s)\n' "$name" "${newest:-nothing}" "${folder%/base}"
  done < <(all_bases)
}

restore_database() {
  local until='' replaces=false
  while (($# > 0)); do
    case "$1" in
      --until) until="${2:?--until needs a time}" && shift 2 ;;
      --replace) replaces=true && shift ;;
      *) usage >&2 && exit 2 ;;
    esac
  done
  [[ -z "$until" ]] || until="$(date -u -d "$until" +%Y-%m-%dT%H:%M:%SZ)" || fail "--until: that is no time."
  if pg_isready --quiet --timeout=2; then fail "PostgreSQL answers at $PGHOST: stop it, the API and the workers first."; fi
  if [[ -n "$(ls -A "$PGDATA" 2>/dev/null)" ]] && ! $replaces; then
    fail "$PGDATA is not empty. With --replace it is moved aside."
  fi
  recover_into "$PGDATA.restoring" "$until"
  if [[ -e "$PGDATA" ]]; then
    local aside
    aside="$PGDATA.before-restore-$(date -u +%Y-%m-%dT%H-%M-%SZ)"
    mv "$PGDATA" "$aside"
    say "The former state is in $aside of the volume."
  fi
  mv "$PGDATA.restoring" "$PGDATA"
  say "Restored. Start PostgreSQL, then the archive, the API and the workers."
}

# recover_into FOLDER TIME: the newest base copy before TIME and all changes up to it, played in and ended cleanly.
recover_into() {
  local folder="$1" until="$2" name='' base='' one place log
  while read -r one place; do
    if [[ -z "$until" || "$one" < "$until" ]]; then name="$one" base="$place"; fi
  done < <(all_bases)
  [[ -n "$name" ]] || fail "There is no base copy${until:+ before $until}. See: archive.sh list"
  say "From the base copy $name."
  rm -rf "$folder" && mkdir -m 700 "$folder"
  tar -xzf "$base/$name/base.tar.gz" -C "$folder"
  touch "$folder/recovery.signal"
  log="$folder/restore.log"
  local wal="${base%/base}/wal"
  # The last segment is still being written: it counts as far as it goes.
  local options="-c listen_addresses='' -c unix_socket_directories=/tmp -c hot_standby=off -c archive_mode=off"
  options+=" -c recovery_target_action=promote -c logging_collector=off -c log_destination=stderr"
  options+=" -c restore_command='cp \"$wal/%f\" \"%p\" 2>/dev/null || cp \"$wal/%f.partial\" \"%p\" 2>/dev/null'"
  # PostgreSQL reads this before it knows the names of time zones, Z among them.
  [[ -z "$until" ]] || options+=" -c recovery_target_time='${until%Z}+00'"
  postgres_in "$folder" "$options" >"$log" 2>&1 || {
    tail -8 "$log" >&2
    fail "PostgreSQL cannot be brought to ${until:-the end of what was received}; its last lines stand above."
  }
  say "$(grep -oE 'last completed transaction was at log time .*' "$log" | tail -1 | sed 's/^last/The last/' | grep . || printf 'No change came after the base copy.')"
  rm -f "$folder/restore.log" "$folder/recovery.done"
}

# Starts it without any door, waits until recovery has ended, and stops it again.
postgres_in() {
  local folder="$1" pid deadline=$((SECONDS + ${RESTORE_SECONDS:-14400}))
  eval "exec postgres -D \"\$folder\" $2" &
  pid=$!
  until grep -qs 'database system is ready to accept connections' "$log"; do
    kill -0 "$pid" 2>/dev/null || return 1
    ((SECONDS < deadline)) || { pg_ctl --pgdata="$folder" --mode=fast --silent stop && return 1; }
    sleep 0.2
  done
  pg_ctl --pgdata="$folder" --mode=fast --silent stop
  wait "$pid" || true
}

drill() {
  local started=$SECONDS
  recover_into "$ARCHIVE/.drill" ''
  rm -rf "$ARCHIVE/.drill"
  put_metric lms_archive_last_drill_timestamp_seconds 'When a base copy and all changes after it were last restored on trial.' "$(date +%s)"
  put_metric lms_archive_last_drill_duration_seconds 'How long that took.' "$((SECONDS - started))"
  say "Restored on trial in $((SECONDS - started)) s."
}

main "$@"
