#!/usr/bin/env bash
# Makes .venv from a lock file with hashes. uv where it is present (faster), pip where not.
# usage: scripts/setup.sh LOCK [STAMP]     LOCK: runtime, dev (with Spark) or bench
set -euo pipefail
cd "$(dirname "$0")/.."
lock="requirements/$1.lock"
stamp=".venv/.${2:-$1}"
py="${PY:-python3.11}"
command -v "$py" >/dev/null || py=python3
"$py" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "Redshank needs Python 3.11 or newer; $py is $("$py" --version). Set PY=… to name another." >&2
  exit 2
}
[ -x .venv/bin/python ] || { echo "set-up: making .venv"; "$py" -m venv .venv; }
echo "set-up: installing $lock"
if command -v uv >/dev/null && VIRTUAL_ENV="$PWD/.venv" UV_SYSTEM_CERTS=1 uv pip install -q --require-hashes -r "$lock" 2>/tmp/redshank-uv.$$; then
  rm -f "/tmp/redshank-uv.$$"
else
  rm -f "/tmp/redshank-uv.$$"
  # The lock holds everything, so nothing is resolved: a newer release of something cannot stop a set-up.
  .venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r "$lock"
fi
# The package itself, from this folder; what builds it is in the lock too.
.venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
case "$1" in dev) scripts/assets.sh dev ;; *) scripts/assets.sh ;; esac
touch ".venv/.runtime" "$stamp"
echo "set-up: done"
