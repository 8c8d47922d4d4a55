# shellcheck shell=bash
# What was deployed when by whom, and what is true now.

# record CODE: a line of JSON; the names in it are letters, digits and a few signs.
record() {
  printf '{"at":"%s","action":"%s","release":"%s","revision":"%s","colour":"%s","by":"%s","seconds":%d,"step":"%s","exitCode":%d}\n' \
    "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$action" "$release" "${revision:-unknown}" "${colour:-}" "${SUDO_USER:-$(id -un)}" \
    "$SECONDS" "$current_step" "$1" >>"$STATE_DIR/deploys.jsonl"
}

show_status() {
  if [[ ! -f "$ENV_FILE" || -z "$(live_colour)" ]]; then
    say "Nothing has been deployed to $APP_DIR yet."
    return
  fi
  local colour
  colour="$(live_colour)"
  say "Release $(release_of "$colour") serves as $colour; the one before was $(previous_release | grep . || printf none)."
  if answer="$(ask '' /api/v1/ready 2>&1)"; then say "Readiness: $answer"; else say "The proxy does not answer: $answer"; fi
  compose ps --all --format '          {{.Name}}  {{.Image}}  {{.Status}}'
  if [[ -f "$STATE_DIR/deploys.jsonl" ]]; then
    say "The last deploys:"
    tail -5 "$STATE_DIR/deploys.jsonl" | sed 's/^/          /'
  fi
  if flock --nonblock "$STATE_DIR/lock" true; then say "No deploy runs."; else say "A deploy runs: $(tr '\n' ' ' <"$STATE_DIR/lock.holder")"; fi
}

dry_run() {
  current_step=preflight
  [[ -f "$ENV_FILE" ]] || ENV_FILE="$SOURCE_DIR/.env.production.example"
  mapfile -t required < <(required_variables)
  require_env "${required[@]}"
  collect_problems
  ((${#problems[@]} == 0)) || refuse "This machine is not ready:" "${problems[@]}" "Nothing was changed."
  say "Everything is ready. A deploy would:"
  printf '          %s\n' "build the image $(release_id >/dev/null && project)-backend:$(release_id) from $SOURCE_DIR" \
    "$(has_own_database && printf 'keep PostgreSQL and Redis of this stack running' || printf 'use the database elsewhere, and Redis of this stack')" \
    "back the database up if migrations are pending, and migrate" \
    "start it as $(idle_colour), check it through the proxy, and switch from '$(live_colour)'" \
    "watch the proxy's errors for $(setting_or SOAK_SECONDS 60) s, then stop the old release"
}
