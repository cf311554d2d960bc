#!/usr/bin/env bash
# Writes requirements/*.lock again from pyproject.toml, with hashes. Pins that still fit stay as they are;
# `scripts/lock.sh --upgrade` takes the newest. Needs uv, which a throwaway environment gets when it is not here.
set -euo pipefail
cd "$(dirname "$0")/.."
uv="$(command -v uv || true)"
if [ -z "$uv" ]; then
  tool="$(mktemp -d)"
  trap 'rm -rf "$tool"' EXIT
  python3 -m venv "$tool"
  "$tool/bin/pip" install -q --disable-pip-version-check uv
  uv="$tool/bin/uv"
fi
write() { # LOCK EXTRA...
  local name="$1" extras=()
  shift
  for extra in "$@"; do extras+=(--extra "$extra"); done
  UV_SYSTEM_CERTS=1 "$uv" pip compile -q --generate-hashes --no-annotate --no-header --no-emit-index-url \
    --python-version 3.11 "${extras[@]}" ${upgrade:+--upgrade} -o "requirements/$name.lock" pyproject.toml
}
upgrade="${1:+yes}"
write runtime build
# What a server needs: the same with PostgreSQL (deploy/Dockerfile).
write service build postgres
write bench build spark bench postgres dev
write dev build spark postgres dev
