#!/usr/bin/env bash
# Builds the wheel into a folder (dist/ unless named) and says how large it is. Whoever installs it needs no Node: the pages'
# styles are inside. Refused: a wheel without them, or one above 30 MB.
set -euo pipefail
cd "$(dirname "$0")/.."
to="${1:-dist}"
most=$((30 * 1000 * 1000))
[ -e src/redshank/web/assets/govuk-frontend.css ] || {
  echo "wheel: the pages' styles are not here. Install Node 18 or newer with npm and run \`make setup\`." >&2
  exit 2
}
mkdir -p "$to"
rm -f "$to"/redshank-*.whl
# Nothing is fetched: what builds it is in requirements/dev.lock.
.venv/bin/python -m pip wheel -q --disable-pip-version-check --no-deps --no-build-isolation -w "$to" .
for wheel in "$to"/redshank-*.whl; do
  size=$(stat -c %s "$wheel")
  printf '%s: %d files, %.1f MB\n' "$wheel" "$(.venv/bin/python -m zipfile -l "$wheel" | tail -n +2 | wc -l)" "$(echo "$size" | awk '{print $1 / 1e6}')"
  [ "$size" -le "$most" ] || { echo "wheel: above 30 MB; what is in it that need not be?" >&2; exit 1; }
done
