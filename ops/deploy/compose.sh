# shellcheck shell=bash
# Docker Compose, always with the same project and folder: from another one it would make its containers anew.

project() { setting_or COMPOSE_PROJECT_NAME lms; }

# The compose file belongs to the release it came with.
compose_file="$SOURCE_DIR/docker-compose.prod.yml"

compose() {
  docker compose --project-name "$(project)" --project-directory "$APP_DIR" --env-file "$ENV_FILE" --file "$compose_file" --profile '*' "$@"
}

# quietly COMMAND ...: its output only if it fails.
quietly() {
  local log="$STATE_DIR/last-command.log"
  "$@" >"$log" 2>&1 && return
  tail -25 "$log" | sed 's/^/          | /' >&2
  return 1
}

live_colour() {
  [[ -f "$APP_DIR/live/colour" ]] && tr -d '[:space:]' <"$APP_DIR/live/colour"
  return 0
}

other_colour() { [[ "$1" == blue ]] && printf green || printf blue; }

# Blue first, when nothing serves yet.
idle_colour() { other_colour "$(live_colour)" | sed 's/^$/blue/'; }

image_of() { read_env "${1^^}_IMAGE"; }

release_of() {
  local image
  image="$(image_of "$1")"
  printf '%s' "${image##*:}"
}

is_running() { [[ -n "$(compose ps --quiet --status running "$1" 2>/dev/null)" ]]; }
