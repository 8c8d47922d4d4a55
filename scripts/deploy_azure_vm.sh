#!/usr/bin/env bash
# Deploys LMS Backend on one machine without losing a request. docs/operations/deploy.md explains it; --help tells how.
set -euo pipefail
umask 077

SOURCE_DIR="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
APP_DIR="${APP_DIR:-/opt/lms_backend}"
ENV_FILE="$APP_DIR/.env"
STATE_DIR="$APP_DIR/state"

# shellcheck source=ops/deploy/messages.sh
source "$SOURCE_DIR/ops/deploy/messages.sh"
# shellcheck source=ops/deploy/arguments.sh
source "$SOURCE_DIR/ops/deploy/arguments.sh"
# shellcheck source=ops/deploy/env-file.sh
source "$SOURCE_DIR/ops/deploy/env-file.sh"
# shellcheck source=ops/deploy/lock.sh
source "$SOURCE_DIR/ops/deploy/lock.sh"
# shellcheck source=ops/deploy/settings.sh
source "$SOURCE_DIR/ops/deploy/settings.sh"
# shellcheck source=ops/deploy/preflight.sh
source "$SOURCE_DIR/ops/deploy/preflight.sh"
# shellcheck source=ops/deploy/compose.sh
source "$SOURCE_DIR/ops/deploy/compose.sh"
# shellcheck source=ops/deploy/release.sh
source "$SOURCE_DIR/ops/deploy/release.sh"
# shellcheck source=ops/deploy/edge.sh
source "$SOURCE_DIR/ops/deploy/edge.sh"
# shellcheck source=ops/deploy/database.sh
source "$SOURCE_DIR/ops/deploy/database.sh"
# shellcheck source=ops/deploy/steps.sh
source "$SOURCE_DIR/ops/deploy/steps.sh"
# shellcheck source=ops/deploy/record.sh
source "$SOURCE_DIR/ops/deploy/record.sh"

main() {
  read_arguments "$@"
  case "$action" in
    status) show_status ;;
    dry-run) dry_run ;;
    rollback) with_lock "rollback" roll_back ;;
    deploy)
      unpack_archive "$@"
      release="$(release_id)"
      with_lock "deploy of $release" deploy
      ;;
  esac
}

# Every step can be repeated, and a run that is killed at any of them leaves the old release serving, or the new one.
deploy() {
  step preflight run_preflight
  step build build_image
  step configure write_configuration
  step proxy-files install_proxy_files
  step services start_services
  step backup back_up_before_migration
  step migrate run_migrations
  step start start_idle_colour
  step check check_idle_colour
  step switch switch_to_idle_colour
  step soak watch_edge_errors
  step retire stop_old_colour
  step finish finish_release
  success "Release $release serves as $(live_colour), after $((SECONDS)) s."
}

roll_back() {
  step preflight find_previous_release
  step start start_previous_release
  step check check_previous_release
  step switch switch_to_idle_colour
  step workers start_idle_workers
  step retire stop_old_colour
  step finish finish_rollback
  success "Release $release serves again as $(live_colour), after $((SECONDS)) s. The database keeps the newer schema, which it understands."
}

main "$@"
