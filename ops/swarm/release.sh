#!/usr/bin/env bash
# Brings a release to a Docker Swarm: migrations once, then workers and API, one task after the other, each new one
# before its old one. What does not get healthy is taken back by the swarm. Exit code 0: the release serves; 1: it does
# not, and what served before still does; 2: wrong arguments.
set -euo pipefail

readonly STACK=${STACK:-lms}
DIRECTORY=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly DIRECTORY
readonly WAIT_SECONDS=${WAIT_SECONDS:-900}
readonly SECRETS=(database_url redis_url secret_key azure_storage_connection_string)

usage() {
  cat <<TEXT
Usage: ops/swarm/release.sh IMAGE

Deploys IMAGE, such as registry.example.org/lms-backend:1.2.0, on the swarm of this manager. The settings are variables
of the environment; docs/operations/scale-out.md lists them, and what has to exist before the first release.

  STACK         name of the stack (default: lms)
  WAIT_SECONDS  how long the swarm may take (default: 900)
TEXT
}

say() { printf '%s\n' "$*"; }

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

require() {
  [[ $(docker info --format '{{.Swarm.ControlAvailable}}') == true ]] ||
    fail 'This engine is no manager of a swarm. Run it on one: docker node ls'
  local name missing=()
  for name in APP_DOMAIN FRONTEND_BASE_URL SMTP_HOST MAIL_FROM; do
    [[ -n ${!name:-} ]] || missing+=("$name")
  done
  ((${#missing[@]} == 0)) || fail "These variables are needed: ${missing[*]}"
  for name in "${SECRETS[@]}"; do
    docker secret inspect "lms_$name" >/dev/null 2>&1 ||
      fail "The secret lms_$name does not exist. Make it: docker secret create lms_$name FILE"
  done
  [[ -n $(docker node ls --quiet --filter node.label=edge=true) ]] ||
    fail 'No node takes requests. Label one: docker node update --label-add edge=true NODE'
}

# Once per release, before anything of it serves; the release before runs on the new schema meanwhile.
migrate() {
  local job=$STACK-migrate name
  local arguments=(--name "$job" --mode replicated-job --restart-condition none --with-registry-auth --detach --quiet)
  for name in "${SECRETS[@]}"; do arguments+=(--secret "source=lms_$name,target=$name"); done
  docker service rm "$job" >/dev/null 2>&1 || true
  docker service create "${arguments[@]}" --env-file "$DIRECTORY/settings.env" \
    --env APP_DOMAIN --env FRONTEND_BASE_URL --env SMTP_HOST --env MAIL_FROM \
    --env TRUSTED_HOSTS --env CORS_ORIGINS "$IMAGE" migrate >/dev/null
  local state=''
  while ((SECONDS < WAIT_SECONDS)); do
    state=$(docker service ps --format '{{.CurrentState}}' "$job" | head -1)
    case $state in
      Complete*) break ;;
      Failed* | Rejected*)
        docker service logs --raw "$job" >&2 || true
        docker service rm "$job" >/dev/null
        fail 'The migration failed; the release before serves on.'
        ;;
    esac
    sleep 1
  done
  docker service rm "$job" >/dev/null
  [[ $state == Complete* ]] || fail "The migration did not end within $WAIT_SECONDS seconds (${state:-no task})."
}

edge_version() {
  cat "$DIRECTORY/../caddy/Caddyfile.nodes" "$DIRECTORY"/../caddy/parts/*.caddy | sha256sum | cut -c1-12
}

# The state of the last update of a service: none where the release created it.
update_of() {
  docker service inspect --format '{{if .UpdateStatus}}{{.UpdateStatus.State}}{{else}}none{{end}}' "$1"
}

# How many tasks of a service run this image, and how many are wanted: "3/4".
running() {
  local wanted
  wanted=$(docker service ls --format '{{.Name}} {{.Replicas}}' | awk -v name="$1" '$1 == name { sub(".*/", "", $2); print $2 }')
  docker service ps --filter desired-state=running --format '{{.Image}} {{.CurrentState}}' "$1" |
    awk -v image="$2" -v wanted="$wanted" '$1 == image && $2 == "Running" { n++ } END { printf "%d/%s", n, wanted }'
}

wait_for() {
  local service=$STACK'_'$1 update='' tasks=''
  while ((SECONDS < WAIT_SECONDS)); do
    update=$(update_of "$service")
    tasks=$(running "$service" "$2")
    case $update in
      rollback_completed | paused | rollback_paused)
        docker service ps --no-trunc --format '{{.Name}}: {{.CurrentState}} {{.Error}}' "$service" | head -5 >&2
        fail "The swarm took $1 back: what served before serves on."
        ;;
      none | completed) if [[ ${tasks%/*} == "${tasks#*/}" ]]; then return; fi ;;
    esac
    sleep 1
  done
  fail "$1 did not settle within $WAIT_SECONDS seconds ($update, $tasks tasks)."
}

main() {
  case ${1:-} in
    --help | -h)
      usage
      exit 0
      ;;
    '' | -*)
      usage >&2
      exit 2
      ;;
  esac
  IMAGE=$1
  export IMAGE
  require
  # Here and not in stack.yml, where a default cannot refer to another variable.
  export TRUSTED_HOSTS=${TRUSTED_HOSTS:-$APP_DOMAIN} CORS_ORIGINS=${CORS_ORIGINS:-$FRONTEND_BASE_URL}
  say "Migrating with $IMAGE …"
  migrate
  EDGE_VERSION=$(edge_version)
  export EDGE_VERSION
  say 'Bringing up tasks, each new one before its old one …'
  docker stack deploy --with-registry-auth --resolve-image "${RESOLVE_IMAGE:-always}" --compose-file "$DIRECTORY/stack.yml" "$STACK" >/dev/null
  wait_for worker "$IMAGE"
  wait_for api "$IMAGE"
  wait_for caddy "$(sed -nE 's/^ +image: (caddy:.*)/\1/p' "$DIRECTORY/stack.yml")"
  say "$IMAGE serves: $(running "${STACK}_api" "$IMAGE") tasks of the API."
}

main "$@"
