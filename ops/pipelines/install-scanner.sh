#!/usr/bin/env bash
# Usage: install-scanner.sh gitleaks|trivy|zizmor DIRECTORY
# Downloads one pinned scanner and installs it only when its checksum is the one below. A scanner runs with what a
# pipeline may see, so a release that was replaced must never run. New version: take the checksum that the release
# publishes, and compare it with the attestation of the release or a second source.
set -euo pipefail

name="${1:?Usage: install-scanner.sh gitleaks|trivy|zizmor DIRECTORY}"
directory="${2:?Usage: install-scanner.sh gitleaks|trivy|zizmor DIRECTORY}"
releases="${SCANNER_RELEASES:-https://github.com}"

case "$name" in
  gitleaks)
    path=gitleaks/gitleaks/releases/download/v8.30.1/gitleaks_8.30.1_linux_x64.tar.gz
    checksum=551f6fc83ea457d62a0d98237cbad105af8d557003051f41f3e7ca7b3f2470eb
    ;;
  trivy)
    path=aquasecurity/trivy/releases/download/v0.74.0/trivy_0.74.0_Linux-64bit.tar.gz
    checksum=2ae6fe3ee734b7fdf11335663e18c75ea12dccc76062f09f164a3b0f8be4371a
    ;;
  zizmor)
    path=zizmorcore/zizmor/releases/download/v1.30.1/zizmor-x86_64-unknown-linux-gnu.tar.gz
    checksum=e65324f4430c2717591937edcec90ccbefaf14c174f8ec9415e03ca875b46e1a
    ;;
  *)
    echo "install-scanner.sh: there is no pinned scanner called $name" >&2
    exit 2
    ;;
esac

scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
curl --fail --silent --show-error --location --retry 3 --max-time 120 --output "$scratch/archive.tar.gz" "$releases/$path"
if ! echo "$checksum  $scratch/archive.tar.gz" | sha256sum --check --status; then
  echo "install-scanner.sh: $releases/$path is not the file that was pinned; nothing was installed" >&2
  exit 1
fi
mkdir -p "$directory"
tar --extract --gzip --file "$scratch/archive.tar.gz" --directory "$scratch"
binary="$(find "$scratch" -type f -name "$name" | head -n 1)"
install --mode 0755 "$binary" "$directory/$name"
