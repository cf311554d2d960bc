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
trap 'rm -rf "$place"' EXIT
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

# Three starts, since the first of a new machine reads everything from the disk; how busy the machine is stands beside.
"$place/venv/bin/python" - "$place" "$port" <<'PY'
import os, subprocess, sys, time, urllib.request

place, port = sys.argv[1:]
clean = {"PATH": f"{place}/venv/bin", "HOME": place, "LANG": "C.UTF-8"}
page, style = (f"http://127.0.0.1:{port}/{path}" for path in ("sign-in", "static/vendor/govuk-frontend.css"))
took = []
for _ in range(3):
    began = time.monotonic()
    server = subprocess.Popen([f"{place}/venv/bin/redshank", "serve", "--port", port], env=clean, stdout=subprocess.DEVNULL)
    try:
        while True:
            try:
                body = urllib.request.urlopen(page, timeout=10).read()
                break
            except OSError:
                if server.poll() is not None or time.monotonic() - began > 60:
                    sys.exit("no page within a minute")
                time.sleep(0.02)
        took.append(time.monotonic() - began)
        assert b"govuk-frontend.css" in body
        size = len(urllib.request.urlopen(style, timeout=10).read())
        assert size > 50_000, size
    finally:
        server.terminate()
        server.wait(30)
told = ", ".join(f"{t:.1f}" for t in took)
print(f"first page {told} s after `redshank serve` with its styles ({os.cpu_count()} cores, load {os.getloadavg()[0]:.1f})")
PY
