#!/usr/bin/env bash
# Usage: make-release.sh COMMIT DIRECTORY
# Packs what git knows at COMMIT, without its history, as DIRECTORY/lms-backend-VERSION-COMMIT.tar.gz with its checksum
# beside it, and prints the path. The same commit always gives the same bytes.
set -euo pipefail

commit="$(git rev-parse --verify "${1:?Usage: make-release.sh COMMIT DIRECTORY}^{commit}")"
directory="${2:?Usage: make-release.sh COMMIT DIRECTORY}"
version="$(git show "$commit:package.json" | sed -nE 's/^  "version": "([^"]+)".*/\1/p')"
name="lms-backend-$version-${commit:0:12}.tar.gz"

mkdir -p "$directory"
git archive --format=tar "$commit" | gzip --no-name --best >"$directory/$name"
(cd "$directory" && sha256sum "$name" >"$name.sha256")
printf '%s\n' "$directory/$name"
