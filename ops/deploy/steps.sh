# shellcheck shell=bash
# The steps of a deploy and of the way back.

start_services() {
  local service services=(redis)
  has_own_database && services=(postgres "${services[@]}")
  for service in "${services[@]}" caddy; do
    if is_running "$service"; then warn_if_changed "$service"; else start_service "$service"; fi
  done
}

start_service() {
  say "Starting $1."
  quietly compose up --detach --no-deps --wait --wait-timeout 120 "$1" || fail "$1 does not start; the reason stands above." "$(serving_now)"
}

# A deploy never restarts what all releases share: that would be an outage.
warn_if_changed() {
  local running wanted
  running="$(docker inspect --format '{{index .Config.Labels "com.docker.compose.config-hash"}}' "$(compose ps --quiet "$1" | head -1)")"
  wanted="$(compose config --hash "$1" | cut -d' ' -f2)"
  [[ "$running" == "$wanted" ]] || say "NOTE  $1 is to run with other settings. When users can do without it for a moment:" \
    "cd $APP_DIR && docker compose -f docker-compose.prod.yml up -d --no-deps $1"
}

# From here on a failure takes the new containers away again.
start_idle_colour() {
  colour="$(idle_colour)"
  on_failure=take_idle_colour_away
  image_before="$(image_of "$colour")"
  upsert_env "${colour^^}_IMAGE" "$image"
  say "Starting release $release as $colour."
  quietly compose up --detach --no-deps --wait --wait-timeout "${DEPLOY_START_SECONDS:-120}" "api-$colour" "worker-$colour" || {
    show_container_logs
    fail "Release $release does not become ready; its last lines stand above." "$(serving_now)"
  }
  give_full_weight
}

# Containers start with little weight, so that the serving release does not feel it. Kept over restarts.
give_full_weight() {
  local containers
  mapfile -t containers < <(compose ps --quiet "api-$colour" "worker-$colour")
  quietly docker update --cpu-shares 1024 "${containers[@]}"
}

show_container_logs() { compose logs --no-log-prefix --tail 15 "api-$colour" "worker-$colour" 2>&1 | cut -c1-300 | sed 's/^/          | /' >&2 || true; }

take_idle_colour_away() {
  on_failure=
  say "Stopping what was started as $colour."
  compose rm --stop --force "api-$colour" "worker-$colour" >/dev/null 2>&1
  upsert_env "${colour^^}_IMAGE" "$image_before"
  record "$1"
}

# check_idle_colour: ready many times in a row, then real routes, all through the proxy: a version that is ready and
# answers 500 is found here.
check_idle_colour() {
  wait_until_ready 10
  # Under maintenance visitors are refused: that the release does so is then what can be seen of it.
  local refused=''
  is_under_maintenance && refused=503
  local expectations=('GET /api/v1/health 200' "GET /api/v1/courses ${refused:-200}" 'GET /api/v1/openapi.json 200' "GET /api/v1/users/me ${refused:-401}" 'GET /problems 200')
  local one method path expected got
  for one in "${expectations[@]}"; do
    read -r method path expected <<<"$one"
    # Once for each process.
    for _ in 1 2; do
      got="$(status_of "$colour" "$path" --request "$method")"
      [[ "$got" == "$expected" ]] || reject_idle "$method $path answered $got instead of $expected"
    done
  done
  # A body, the database, and nothing that an audit log would remember.
  got="$(status_of "$colour" /api/v1/auth/verify-email --request POST --header 'Content-Type: application/json' \
    --data '{"token":"a deploy looks whether writing works"}')"
  [[ "$got" == "${refused:-400}" ]] || reject_idle "POST /api/v1/auth/verify-email answered $got instead of ${refused:-400}"
  say "Release $release answers as it should, through the proxy."
}

is_under_maintenance() { [[ "$(ask "$colour" /api/v1/ready 2>/dev/null || true)" == *'"maintenance":{'* ]]; }

reject_idle() {
  show_container_logs
  fail "Release $release is started, but $1." "$(serving_now)"
}

# wait_until_ready TIMES: so often in a row, and it must be the release that was asked for.
wait_until_ready() {
  local in_a_row=0 answer='' deadline=$((SECONDS + 30))
  while ((in_a_row < $1)); do
    ((SECONDS < deadline)) || reject_idle "it is not ready behind the proxy; its last answer: ${answer:0:300}"
    answer="$(ask "$colour" /api/v1/ready 2>&1 || true)"
    if [[ "$answer" == *'"status":"ready"'* && "$answer" == *"\"release\":\"$release\""* ]]; then
      in_a_row=$((in_a_row + 1))
    else
      in_a_row=0
    fi
    sleep 0.1
  done
}

switch_to_idle_colour() {
  old_colour="$(live_colour)"
  errors_before="$(count_edge_errors)"
  on_failure=take_back
  if [[ -n "$old_colour" ]]; then
    prepare_way_back "$old_colour"
    write_file "$STATE_DIR/previous" 600 "$(release_of "$old_colour")"
  fi
  point_proxy_to "$colour"
  local answer
  answer="$(ask '' /api/v1/health 2>&1 || true)"
  [[ "$answer" == *"\"release\":\"$release\""* ]] || fail "The proxy does not lead to $colour: ${answer:0:300}"
  say "Switched: $colour serves."
}

# After the switch a failure leads back to the old colour, which still runs.
take_back() {
  on_failure=
  if [[ -z "$old_colour" ]]; then
    say "There is no release to go back to."
  elif ! point_proxy_back "$old_colour"; then
    say "Release $release goes on serving as $colour: $APP_DIR/live/colour cannot be changed. Write $old_colour into it." >&2
  else
    say "Taken back: release $(release_of "$old_colour") ($old_colour) serves again."
    compose rm --stop --force "api-$colour" "worker-$colour" >/dev/null 2>&1
    upsert_env "${colour^^}_IMAGE" "${image_before:-}"
  fi
  record "$1"
}

# Errors that users see count at the proxy: more than a few since the switch, and the old release comes back.
watch_edge_errors() {
  local seconds errors deadline allowed="${SOAK_MAX_ERRORS:-5}"
  if is_under_maintenance; then
    say "NOTE  The product is under maintenance: its refusals count as errors at the proxy, so nothing can be watched."
    return
  fi
  seconds="$(setting_or SOAK_SECONDS 60)"
  deadline=$((SECONDS + seconds))
  while ((SECONDS < deadline)); do
    errors=$(($(count_edge_errors) - errors_before))
    ((errors <= allowed)) || {
      [[ -z "$old_colour" ]] || point_proxy_back "$old_colour"
      show_container_logs
      fail --code "$EXIT_TAKEN_BACK" "$errors requests were answered with 5xx since the switch; $allowed are allowed."
    }
    sleep 0.2
  done
  say "No more than $allowed errors in $seconds s."
}

# SIGTERM: they serve what they have begun, finish their jobs, and end. The new workers already run.
stop_old_colour() {
  on_failure=
  [[ -n "$old_colour" ]] || return 0
  quietly compose stop "api-$old_colour" "worker-$old_colour" || say "NOTE  the old release did not stop by itself; see docker ps."
  say "The old release has stopped; it stays for --rollback."
}

finish_release() {
  local anew=
  # The archive goes on as the script was when it began; what it misses meanwhile PostgreSQL keeps for it.
  cmp --silent "$SOURCE_DIR/ops/backup/archive.sh" "$APP_DIR/ops/backup/archive.sh" || anew=--force-recreate
  keep_release_folder
  install_files "$SOURCE_DIR"
  start_backups "$anew"
  prune_releases
  record 0
}

# start_backups [--force-recreate]: of the archive. Backups are no reason to take a release back that serves.
start_backups() {
  if has_own_database; then
    { quietly allow_archiving && quietly compose up --detach --no-deps ${1:+"$1"} archive; } ||
      say "NOTE  The archive of the database does not start; the reason stands above."
  fi
  [[ -n "$(read_env BACKUP_KEY)" ]] || return 0
  quietly compose up --detach --no-deps backup || say "NOTE  The service that makes backups does not start; the reason stands above."
}

# What a person calls by hand, of the release that serves.
install_files() {
  local name
  for name in docker-compose.prod.yml docker-compose.observability.yml .env.production.example; do
    [[ -f "$1/$name" ]] || continue
    cp "$1/$name" "$APP_DIR/$name.new"
    replace_file "$APP_DIR/$name.new" "$APP_DIR/$name" 644
  done
  # Mounted by the observability stack, whose containers are other users; in place, since the mount holds the folder.
  local folder
  for folder in observability backup; do
    [[ -d "$1/ops/$folder" ]] || continue
    mkdir -p "$APP_DIR/ops/$folder"
    cp -R "$1/ops/$folder/." "$APP_DIR/ops/$folder/"
    chmod -R a+rX "$APP_DIR/ops/$folder"
  done
  upsert_env OPERATOR_IMAGE "$(image_of "$colour")"
  ln -sfn "releases/$release" "$APP_DIR/current.new"
  mv -fT "$APP_DIR/current.new" "$APP_DIR/current"
}

find_previous_release() {
  [[ -f "$ENV_FILE" && -n "$(live_colour)" ]] || refuse "Nothing has been deployed to $APP_DIR yet."
  release="$(previous_release)"
  [[ -n "$release" ]] || refuse "There is no release before $(release_of "$(live_colour)")."
  image="$(image_name)"
  docker image inspect "$image" >/dev/null 2>&1 || refuse "The image $image is gone." "Deploy its archive again instead."
  [[ -f "$APP_DIR/releases/$release/docker-compose.prod.yml" ]] && compose_file="$APP_DIR/releases/$release/docker-compose.prod.yml"
  say "Going back from $(release_of "$(live_colour)") to $release."
}

previous_release() { [[ -f "$STATE_DIR/previous" ]] && tr -d '[:space:]' <"$STATE_DIR/previous"; return 0; }

start_previous_release() {
  colour="$(idle_colour)"
  on_failure=take_idle_colour_away
  image_before="$(image_of "$colour")"
  [[ "$image_before" == "$image" ]] || upsert_env "${colour^^}_IMAGE" "$image"
  quietly compose up --detach --no-deps "api-$colour" || fail "Release $release does not start." "$(serving_now)"
}

check_previous_release() { wait_until_ready 4; }

start_idle_workers() {
  quietly compose up --detach --no-deps "worker-$colour" || say "NOTE  the workers of $release do not start; see docker ps."
  # Containers that had to be made anew, since a setting has changed, have little.
  give_full_weight || say "NOTE  the containers of $release keep the little weight of a start; see docker update --cpu-shares."
}

finish_rollback() {
  [[ -d "$APP_DIR/releases/$release" ]] && install_files "$APP_DIR/releases/$release"
  record 0
}
