#!/usr/bin/env bash
# The whole test suite in one pytest run, so that its summary line is the last line printed.
# PYTHONHASHSEED is random on purpose: nothing may depend on it.
set -euo pipefail
cd "$(dirname "$0")/.."
export PYTHONHASHSEED=random REDSHANK_HOME= TZ="${TZ:-UTC}"
# Byte code is kept: the tests start Redshank hundreds of times.
unset REDSHANK_HOME PYTHONDONTWRITEBYTECODE
exec .venv/bin/python -m pytest -n 2 --dist loadgroup -m "not long" "$@"
