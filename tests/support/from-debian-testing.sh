#!/usr/bin/env bash
# Usage: from-debian-testing.sh PACKAGE DIRECTORY
# Unpacks one package of Debian's next release below DIRECTORY, from the mirror of this machine and signed by Debian. It
# installs nothing and leaves the package lists of the machine as they are. For programs that need nothing but libc.
set -euo pipefail

package="${1:?Usage: from-debian-testing.sh PACKAGE DIRECTORY}"
directory="${2:?Usage: from-debian-testing.sh PACKAGE DIRECTORY}"

scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/lists/partial" "$scratch/cache/archives/partial" "$directory"
# Not every machine has both places.
mirror="$({ find /etc/apt/sources.list /etc/apt/sources.list.d -type f -exec cat {} + 2>/dev/null || true; } |
  sed -nE 's#^(URIs: *|deb (\[[^]]*\] )?)(https?://[^ ]*/debian)/?( .*)?$#\3#p' | sed -n 1p)"
if [[ -z "$mirror" ]]; then
  echo "from-debian-testing.sh: the package sources of this machine name no mirror of Debian" >&2
  exit 1
fi
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror testing main" >"$scratch/sources.list"
apt() {
  apt-get --quiet -o "Dir::Etc::SourceList=$scratch/sources.list" -o Dir::Etc::SourceParts=/dev/null \
    -o "Dir::State::Lists=$scratch/lists" -o "Dir::Cache=$scratch/cache" -o Acquire::Languages=none \
    -o Acquire::Check-Valid-Until=false -o APT::Sandbox::User=root "$@"
}
apt update
cd "$scratch"
apt download "$package"
dpkg --extract "$scratch/$package"_*.deb "$directory"
