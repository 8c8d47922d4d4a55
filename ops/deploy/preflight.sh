# shellcheck shell=bash
# Refuses before anything is touched. All that is wrong is said at once.

problems=()

run_preflight() {
  make_env_file
  mapfile -t required < <(required_variables)
  require_env "${required[@]}"
  collect_problems
  ((${#problems[@]} == 0)) || refuse "This machine is not ready:" "${problems[@]}" "Nothing was changed; ${serving:-nothing serves yet}."
  say "Preflight passed: settings, Docker, disk, memory, ports and name."
}

collect_problems() {
  problems=()
  check_docker
  check_disk "$APP_DIR"
  check_memory
  check_processors
  check_colour_file
  check_ports
  check_name
  check_values
}

check_docker() {
  local version
  command -v docker >/dev/null || { problems+=("Docker is not installed: https://docs.docker.com/engine/install/") && return; }
  docker version >/dev/null 2>&1 || problems+=("The Docker engine does not answer: sudo systemctl start docker; are you root or in the group docker?")
  version="$(docker compose version --short 2>/dev/null || true)"
  version="${version#v}"
  [[ "$version" =~ ^(2\.[3-9][0-9]|[3-9]|[1-9][0-9]) ]] || problems+=("Docker Compose 2.30 or newer is needed, here is '${version:-none}': apt-get install docker-compose-plugin")
  docker buildx version >/dev/null 2>&1 || problems+=("Docker Buildx is missing: apt-get install docker-buildx-plugin")
}

check_disk() {
  local free_mb needed_mb="${DEPLOY_MIN_DISK_MB:-4000}" place
  for place in "$1" "$(docker info --format '{{.DockerRootDir}}' 2>/dev/null || true)"; do
    [[ -d "$place" ]] || continue
    free_mb="$(df --output=avail -m "$place" | tail -1 | tr -d ' ')"
    ((free_mb >= needed_mb)) || problems+=("The disk of $place has $free_mb MB free; $needed_mb MB are needed. What takes room: docker system df")
  done
}

check_memory() {
  local free_mb needed_mb="${DEPLOY_MIN_MEMORY_MB:-1000}"
  free_mb=$(($(sed -nE 's/^MemAvailable: +([0-9]+).*/\1/p' /proc/meminfo) / 1024))
  ((free_mb >= needed_mb)) || problems+=("$free_mb MB of memory are available; two releases at once need $needed_mb MB.")
}

check_processors() {
  local name count
  count="$(nproc)"
  for name in API_CPUS WORKER_CPUS; do
    awk -v want="$(setting_or "$name" 2)" -v have="$count" 'BEGIN { exit !(want <= have) }' ||
      problems+=("$name is $(setting_or "$name" 2), but this machine has $count processors: lower it in $ENV_FILE")
  done
}

check_colour_file() {
  local colour
  [[ -e "$APP_DIR/live/colour" ]] || return 0
  colour="$(live_colour)"
  [[ "$colour" == blue || "$colour" == green ]] ||
    problems+=("$APP_DIR/live/colour says '$colour': write blue or green into it, whichever is right (docker ps)")
}

# Only before the proxy runs: afterwards it holds them.
check_ports() {
  local port
  [[ -z "$(docker ps --quiet --filter "label=com.docker.compose.project=$(project)" --filter label=com.docker.compose.service=caddy 2>/dev/null)" ]] || return 0
  for port in "$(setting_or HTTP_PUBLISH 80)" "$(setting_or HTTPS_PUBLISH 443)" "$(setting_or VM_PORT 8000)"; do
    port="${port##*:}"
    if ss -Hltn "sport = :$port" 2>/dev/null | grep -q .; then
      problems+=("Port $port is taken: $(ss -Hltnp "sport = :$port" 2>/dev/null | sed -nE 's/.*users:\(\("([^"]+)".*/by \1/p' | head -1)")
    fi
  done
}

check_name() {
  local domain
  domain="$(setting APP_DOMAIN)"
  [[ "$(setting_or CADDYFILE Caddyfile)" == Caddyfile && "$domain" != *.localhost ]] || return 0
  getent ahosts "$domain" >/dev/null ||
    problems+=("APP_DOMAIN $domain does not resolve: let its DNS record lead to this machine, else there is no certificate")
}

check_values() {
  local key
  key="$(setting SECRET_KEY)"
  ((${#key} == 0 || ${#key} >= 32)) || problems+=("SECRET_KEY has ${#key} characters, at least 32 are needed: openssl rand -hex 32")
  [[ "$(setting FRONTEND_BASE_URL)" == https://* ]] || problems+=("FRONTEND_BASE_URL must begin with https://")
  [[ "$(setting APP_DOMAIN)" != *[/:\ ]* ]] || problems+=("APP_DOMAIN is a name only, without https:// or a port")
}
