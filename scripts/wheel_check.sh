#!/usr/bin/env bash
# From a wheel to the first page, as on a new machine: a clean virtual environment, an empty folder, no Node on the way.
# usage: scripts/wheel_check.sh WHEEL [LOCK]     LOCK: install exactly what this lock file names (with hashes), then the wheel
set -euo pipefail
wheel=$(realpath "$1")
lock=${2:+$(realpath "$2")}
py="${PY:-python3.11}"
command -v "$py" >/dev/null || py=python3
port="${PORT:-8741}"
place=$(mktemp -d "${TMPDIR:-/tmp}/redshank-wheel-XXXXXX")
server=""
finish() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  rm -rf "$place"
}
trap finish EXIT
now() { date +%s.%N; }
since() { echo "$(now) $1" | awk '{printf "%.1f s", $1 - $2}'; }

began=$(now)
"$py" -m venv "$place/venv"
pip=("$place/venv/bin/python" -m pip install -q --disable-pip-version-check)
if [ -n "$lock" ]; then
  "${pip[@]}" --no-deps --require-hashes -r "$lock"
  "${pip[@]}" --no-deps "$wheel"
else
  "${pip[@]}" "$wheel"
fi
echo "installed in $(since "$began")"

mkdir "$place/empty" && cd "$place/empty"
# Nothing but the environment's own commands: no Node, no setting of Redshank's, no library path.
redshank() { env -i PATH="$place/venv/bin" HOME="$place" LANG=C.UTF-8 "$place/venv/bin/redshank" "$@"; }
redshank --version
redshank synthetic force --scale small --seed 1 >/dev/null
redshank load force/first >/dev/null
redshank night >night.txt
redshank findings export found >/dev/null
echo "$(ls found | wc -l) files of findings; the night said: $(head -n 1 night.txt)"
redshank serve --prepare >/dev/null

page="http://127.0.0.1:$port/sign-in"
began=$(now)
env -i PATH="$place/venv/bin" HOME="$place" LANG=C.UTF-8 "$place/venv/bin/redshank" serve --port "$port" >served.txt 2>&1 &
server=$!
until "$place/venv/bin/python" - "$page" <<'PY' 2>/dev/null
import sys, urllib.request
body = urllib.request.urlopen(sys.argv[1], timeout=5).read()
sys.exit(b"govuk-frontend.css" not in body)
PY
do
  kill -0 "$server" 2>/dev/null || { cat served.txt >&2; exit 1; }
  [ "$(echo "$(now) $began" | awk '{print int($1 - $2)}')" -lt 60 ] || { echo "no page within a minute" >&2; exit 1; }
done
echo "first page $(since "$began") after \`redshank serve\`"
"$place/venv/bin/python" - "http://127.0.0.1:$port/static/vendor/govuk-frontend.css" <<'PY'
import sys, urllib.request
size = len(urllib.request.urlopen(sys.argv[1], timeout=5).read())
print(f"its styles are there ({size:,} bytes)")
PY
