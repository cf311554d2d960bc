#!/usr/bin/env bash
# Puts the styles and scripts of the pages into src/redshank/web/assets, from the packages that package-lock.json pins.
# usage: scripts/assets.sh [dev]     dev: also what the browser tests need (axe)
# Without npm nothing fails: the command line needs none of it, and `redshank serve` says what is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
to="src/redshank/web/assets"
stamp="$to/.made-${1:-runtime}"
for made in "$stamp" "$to/.made-dev"; do
  if [ -e "$made" ] && [ "$made" -nt package-lock.json ] && [ "$made" -nt scripts/assets.mjs ]; then exit 0; fi
done
if ! command -v npm >/dev/null; then
  echo "set-up: npm is not here. The command line works; the web pages need it: install Node 18 or newer with npm, then run \`make setup\` again."
  exit 0
fi
echo "set-up: styles and scripts of the web pages"
omit=(--omit=dev)
[ "${1:-}" = dev ] && omit=()
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error "${omit[@]}" >/dev/null
node scripts/assets.mjs "$to"
touch "$stamp"
