# shellcheck shell=bash
# The proxy: its files, the way through it, the switch, and what it counts.

edge_url() { printf 'http://127.0.0.1:%s' "$(setting_or VM_PORT 8000)"; }

# ask COLOUR PATH [CURL OPTIONS]: one request by the proxy's own way; an empty colour is whatever serves.
ask() {
  local colour="$1" path="$2"
  shift 2
  curl --silent --show-error --max-time 5 --header "Host: $(setting APP_DOMAIN)" \
    ${colour:+--header "X-Release-Colour: $colour"} "$@" "$(edge_url)$path"
}

status_of() { ask "$1" "$2" --output /dev/null --write-out '%{http_code}' "${@:3}" 2>/dev/null || true; }

# The proxy's files change rarely. Then it is told to reload, which breaks the requests that are on the wire at that
# moment; a deploy of the same files does not.
install_proxy_files() {
  local folder="$APP_DIR/ops/caddy" name
  if diff --recursive --brief --exclude='*.caddy.new' --exclude=sites "$SOURCE_DIR/ops/caddy" "$folder" >/dev/null 2>&1; then return; fi
  quietly validate_proxy_files || fail "The proxy's new files are wrong; the reason stands above." "$(serving_now)"
  mkdir -p "$folder/sites" "$folder/parts"
  chmod -R a+rX "$SOURCE_DIR/ops/caddy"
  # Sites of this machine, which no release knows, stay.
  for name in "$SOURCE_DIR"/ops/caddy/Caddyfile* "$SOURCE_DIR"/ops/caddy/parts/*.caddy "$SOURCE_DIR"/ops/caddy/sites/*; do
    local target="$folder/${name#"$SOURCE_DIR/ops/caddy/"}"
    cp "$name" "$target.new"
    replace_file "$target.new" "$target" 644
  done
  chmod 755 "$APP_DIR/ops" "$folder" "$folder/sites" "$folder/parts"
  is_running caddy || return 0
  say "The proxy's files have changed: it reloads, and clients may have to repeat requests of this moment."
  quietly compose exec -T caddy caddy reload --adapter caddyfile --config "/etc/caddy/$(setting_or CADDYFILE Caddyfile)" ||
    fail "The proxy refuses its new files and goes on with the old ones." "$(serving_now)"
}

validate_proxy_files() {
  local variant
  variant="$(setting_or CADDYFILE Caddyfile)"
  docker run --rm --network none --env "APP_DOMAIN=$(setting APP_DOMAIN)" --env "LETSENCRYPT_EMAIL=$(setting LETSENCRYPT_EMAIL)" \
    --volume "$SOURCE_DIR/ops/caddy:/etc/caddy:ro" --volume "$APP_DIR/certificates:/certificates:ro" \
    "$(proxy_image)" caddy validate --adapter caddyfile --config "/etc/caddy/$variant"
}

proxy_image() { sed -nE 's/^ +image: (caddy:.*)/\1/p' "$compose_file"; }

# The switch: Caddy reads this file at every request, so a rename is all it takes.
point_proxy_to() { write_file "$APP_DIR/live/colour" 644 "$1"$'\n'; }

# The way back is written before the switch, so that it needs no room on a disk that has become full.
prepare_way_back() { write_file "$APP_DIR/live/colour.before" 644 "$1"$'\n'; }

point_proxy_back() {
  [[ "$(live_colour)" == "$1" ]] || mv -f "$APP_DIR/live/colour.before" "$APP_DIR/live/colour" 2>/dev/null || point_proxy_to "$1"
}

# Answers with 5xx that left the proxy since it started.
count_edge_errors() {
  ask '' /edge-metrics --retry 3 --retry-connrefused | awk '/^caddy_http_request_duration_seconds_count\{code="5[0-9][0-9]",handler="subroute"/ { n += $NF } END { print n + 0 }'
}
