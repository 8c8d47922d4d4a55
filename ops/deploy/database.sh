# shellcheck shell=bash
# Before and at the migrations.

# operate IMAGE COMMAND ...: a command of the product, in a container that is gone afterwards.
operate() {
  local operator_image="$1"
  shift
  OPERATOR_IMAGE="$operator_image" compose run --rm --no-deps -T operator "$@" </dev/null
}

# Before a migration only: a release that changes no schema needs none, and backups run on their own schedule.
back_up_before_migration() {
  local pending
  pending="$(operate "$image" migrate --pending 2>"$STATE_DIR/last-command.log")" || fail "The new release cannot read the database's state." "$(serving_now)"
  if [[ -z "$pending" ]]; then
    say "No migration is pending."
    has_pending_migrations=false
    return
  fi
  has_pending_migrations=true
  say "Pending migrations: $(tr '\n' ' ' <<<"$pending")"
  if [[ -z "$(live_colour)" ]]; then
    say "The first deploy has nothing to back up."
    return
  fi
  quietly dump_database || fail "The backup before the migration failed; the reason stands above." "$(serving_now)"
}

# With the tools of PostgreSQL's own image, wherever the database is. The dump counts once its table of contents can be
# read; the five newest stay. The list is read to its end: who stops at the first line breaks the pipe, and with it the dump.
dump_database() {
  local folder="$APP_DIR/backups" file url
  file="$folder/before-$release.dump"
  url="$(read_env PROD_DATABASE_URL)"
  mkdir -p "$folder" &&
    database_tool "$(database_network)" "$url" pg_dump --format=custom --dbname "$(without_password "$url")" >"$file.new" &&
    database_tool none '' pg_restore --list <"$file.new" | grep 'TABLE DATA' >/dev/null &&
    replace_file "$file.new" "$file" 600 &&
    find "$folder" -name 'before-*.dump' -printf '%T@ %p\n' | sort -rn | tail -n +6 | cut -d' ' -f2- | xargs -r rm -f
}

# What archive.sh needs of the server: a way in for its receiver, and a limit to what it keeps for one that is away.
allow_archiving() {
  # shellcheck disable=SC2016
  compose exec -T postgres bash -euc '
    hba="$PGDATA/pg_hba.conf" line="host replication $POSTGRES_USER all scram-sha-256"
    grep -qxF "$line" "$hba" || printf "%s\n" "$line" >>"$hba"
    psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --quiet --no-align --tuples-only \
      --command "alter system set max_slot_wal_keep_size = '"'4GB'"'" --command "select pg_reload_conf()"'
}

database_network() { has_own_database && printf '%s_data' "$(project)" || printf '%s_outbound' "$(project)"; }

without_password() { sed -E 's#(//[^:@/]+):[^@]*@#\1@#' <<<"$1"; }

# database_tool NETWORK URL COMMAND ...: the password goes by a variable, not by the list of processes.
database_tool() {
  local network="$1" url="$2"
  shift 2
  PGPASSWORD="$(password_of "$url")" docker run --rm --interactive --network "$network" --env PGPASSWORD \
    --env PGCONNECT_TIMEOUT=10 "$(sed -nE '/^ +image: postgres:/{s/^ +image: //p;q}' "$compose_file")" "$@"
}

# Only expanding migrations, so that the old release goes on. One that waits too long for a lock gives up instead of
# making every request queue behind it, and is tried again.
run_migrations() {
  $has_pending_migrations || return 0
  local attempt
  for attempt in 1 2 3; do
    if quietly operate "$image" migrate; then
      say "The database is migrated."
      return
    fi
    grep -q 'lock timeout' "$STATE_DIR/last-command.log" || break
    say "Attempt $attempt: a long transaction holds a lock; trying again."
    sleep 5
  done
  fail "The migration failed and was rolled back; the reason stands above." "$(serving_now)" "The database is as it was."
}
