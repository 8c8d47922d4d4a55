#!/usr/bin/env bash
# Usage: verify-release.sh URL RELEASE
# Asks from outside until ten answers in a row come from RELEASE, for two minutes at most.
set -euo pipefail

url="${1:?Usage: verify-release.sh URL RELEASE}"
release="${2:?Usage: verify-release.sh URL RELEASE}"
deadline=$((SECONDS + 120))
in_a_row=0
answer=none

while ((SECONDS < deadline)); do
  answer="$(curl --silent --show-error --max-time 5 "$url/api/v1/health" 2>&1 || true)"
  if [[ "$answer" == *"\"release\":\"$release\""* ]]; then
    in_a_row=$((in_a_row + 1))
    ((in_a_row == 10)) && echo "$url serves $release." && exit 0
  else
    in_a_row=0
    sleep 1
  fi
done
echo "verify-release.sh: $url does not serve $release; the last answer was: ${answer:0:300}" >&2
exit 1
