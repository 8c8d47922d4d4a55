#!/usr/bin/env bash
# Usage: remote-deploy.sh ARCHIVE REVISION | --rollback | --status
# Brings a release to the machine and runs its deploy script there, by ssh alone.
#
#   DEPLOY_HOST, DEPLOY_USER, DEPLOY_PORT   where (port: 22)
#   DEPLOY_KEY                              the private key
#   DEPLOY_KNOWN_HOSTS                      the line of known_hosts for that machine: another key there ends it all
#   DEPLOY_VARIABLES                        names of variables of this environment that the deploy script shall have
#
# Values go through the connection's input: they are in no process list and in no log, here or there.
set -euo pipefail
umask 077

for name in DEPLOY_HOST DEPLOY_USER DEPLOY_KEY DEPLOY_KNOWN_HOSTS; do
  if [[ -z "${!name:-}" ]]; then
    echo "remote-deploy.sh: $name is not set" >&2
    exit 2
  fi
done

scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
printf '%s\n' "$DEPLOY_KEY" >"$scratch/key"
printf '%s\n' "$DEPLOY_KNOWN_HOSTS" >"$scratch/known_hosts"
options=(
  -F none -i "$scratch/key"
  -o IdentitiesOnly=yes -o BatchMode=yes -o ConnectTimeout=15 -o ServerAliveInterval=15
  -o StrictHostKeyChecking=yes -o "UserKnownHostsFile=$scratch/known_hosts" -o GlobalKnownHostsFile=/dev/null
)
target="$DEPLOY_USER@$DEPLOY_HOST"
become_root=()
[[ "$DEPLOY_USER" == root ]] || become_root=(sudo)

on_target() { ssh "${options[@]}" -p "${DEPLOY_PORT:-22}" "$target" "${become_root[@]}" bash -s; }

send_variables() {
  local name
  for name in ${DEPLOY_VARIABLES:-}; do
    [[ -z "${!name:-}" ]] || printf 'export %s=%q\n' "$name" "${!name}"
  done
}

case "${1:?Usage: remote-deploy.sh ARCHIVE REVISION | --rollback | --status}" in
  --rollback | --status)
    {
      send_variables
      # shellcheck disable=SC2016 # expands there, not here
      printf 'newest="$(ls -td "${APP_DIR:-/opt/lms_backend}"/releases/*/ | head -n 1)"\n'
      # shellcheck disable=SC2016
      printf 'exec "${newest}scripts/deploy_azure_vm.sh" %q </dev/null\n' "$1"
    } | on_target
    ;;
  *)
    archive="$1"
    revision="${2:?Usage: remote-deploy.sh ARCHIVE REVISION}"
    file="$(basename "$archive")"
    read -r checksum _ <"$archive.sha256"
    # A folder of its own, so that nobody else on that machine can put another file there.
    folder="$(printf 'mktemp -d\n' | ssh "${options[@]}" -p "${DEPLOY_PORT:-22}" "$target" bash -s)"
    scp -q "${options[@]}" -P "${DEPLOY_PORT:-22}" "$archive" "$target:$folder/$file"
    {
      send_variables
      printf 'set -e; cd %q\n' "$folder"
      printf 'trap %q EXIT\n' "rm -rf $(printf '%q' "$folder")"
      printf 'if ! echo %q | sha256sum --check --status; then\n' "$checksum  $file"
      printf '  echo "The archive is not the one that was built: its checksum is wrong. Nothing was changed." >&2; exit 3\nfi\n'
      printf 'mkdir release && tar -xzf %q -C release --no-same-owner\n' "$file"
      printf 'release/scripts/deploy_azure_vm.sh --release %q --revision %q </dev/null\n' "$(basename "$file" .tar.gz)" "$revision"
    } | on_target
    ;;
esac
