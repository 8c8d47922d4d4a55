# shellcheck shell=bash
# The command line.

action=deploy
archive=
archive_sha256=
release=
revision="${REVISION:-}"
image_reference="${IMAGE:-}"

usage() {
  cat <<'TEXT'
Usage: scripts/deploy_azure_vm.sh [OPTIONS]

Deploys the release this script lies in: builds its image, migrates, starts it beside the serving one, tries it through
the proxy, switches, watches, and stops the old one. Whatever fails, the old release serves on.

  --archive FILE      deploys this .tar.gz instead; FILE.sha256, or --sha256, must hold its checksum
  --sha256 HEX        the checksum of the archive
  --release ID        name of the release; default: version and a hash of its contents
  --revision SHA      the commit it was made from, for the label of the image
  --image REFERENCE   takes this image instead of building one
  --rollback          back to the release that served before, in seconds
  --status            what serves, what was deployed, whether a deploy runs
  --dry-run           checks everything and tells what would be done; changes nothing
  --help              this text

Settings are in APP_DIR/.env (APP_DIR is /opt/lms_backend unless set); variables of the environment that are named there
replace them for good. The first run makes .env and says what to fill in.

Exit code 0: done; 1: failed, the old release serves; 2: wrong usage; 3: refused, nothing was touched; 4: another deploy
runs; 5: the new release made errors and was taken back.
TEXT
}

read_arguments() {
  while (($# > 0)); do
    case "$1" in
      --archive | --sha256 | --release | --revision | --image)
        (($# > 1)) || usage_mistake "$1 needs a value."
        case "$1" in
          --archive) archive="$2" ;;
          --sha256) archive_sha256="$2" ;;
          --release) release="$2" ;;
          --revision) revision="$2" ;;
          --image) image_reference="$2" ;;
        esac
        shift 2
        ;;
      --rollback) action=rollback && shift ;;
      --status) action=status && shift ;;
      --dry-run) action=dry-run && shift ;;
      --help | -h) usage && exit 0 ;;
      *) usage_mistake "There is no option '$1'." ;;
    esac
  done
  if [[ -n "$release" && ! "$release" =~ ^[A-Za-z0-9][A-Za-z0-9._-]{0,100}$ ]]; then
    usage_mistake "A release is named by letters, digits, '.', '_' and '-'."
  fi
}

usage_mistake() { fail --code "$EXIT_USAGE" "$1" "Try --help."; }
