#!/usr/bin/env bash
# Runs the steps of deploy/Dockerfile in a minimal Debian root, where there is no Docker: builds the wheel, puts it with its locked
# libraries into the root, and there, as the image's user, goes from an empty home to a page that answers.
# Needs root, debootstrap, and what `make setup-dev` made. usage: deploy/image_steps.sh [FOLDER]     FOLDER keeps the root for a look
set -euo pipefail
cd "$(dirname "$0")/.."
for need in debootstrap chroot; do
  command -v "$need" >/dev/null || { echo "image steps: $need is not here; install it, or build with Docker" >&2; exit 3; }
done
[ "$(id -u)" = 0 ] || { echo "image steps: only root can make a Debian root" >&2; exit 3; }
place="${1:-$(mktemp -d "${TMPDIR:-/tmp}/redshank-root-XXXXXX")}"
port="${PORT:-8743}"
root="$place/root"
server=""
finish() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  for mount in proc dev; do ! mountpoint -q "$root/$mount" || umount -l "$root/$mount"; done
}
trap finish EXIT

scripts/wheel.sh "$place/wheel"
echo "image steps: a minimal Debian root"
debootstrap --variant=minbase --include=python3,python3-venv,tzdata,ca-certificates bookworm "$root" >"$place/debootstrap.log"
mkdir -p "$root/wheels"
.venv/bin/python -m pip download -q --disable-pip-version-check --no-deps --require-hashes --only-binary :all: \
  -r requirements/service.lock -d "$root/wheels"
cp "$place"/wheel/redshank-*.whl "$root/wheels/"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"

as_root() { chroot "$root" /usr/bin/env -i PATH=/opt/redshank/bin:/usr/bin:/bin:/usr/sbin:/sbin LANG=C.UTF-8 "$@"; }
as_image() { # the image's own environment and user
  chroot --userspec=10001:10001 "$root" /usr/bin/env -i PATH=/opt/redshank/bin:/usr/bin:/bin LANG=C.UTF-8 TZ=Europe/London \
    REDSHANK_HOME=/var/lib/redshank/home REDSHANK_LOG_FORMAT=json PYTHONDONTWRITEBYTECODE=1 HOME=/tmp "$@"
}
as_root groupadd --gid 10001 redshank
as_root useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin redshank
as_root install -d -m 0700 -o redshank -g redshank /var/lib/redshank /var/backups/redshank
as_root python3 -m venv /opt/redshank
as_root sh -c '/opt/redshank/bin/pip install -q --no-deps --no-index /wheels/*.whl'
as_root /opt/redshank/bin/python -c "from redshank.signals import rulebook; rulebook()"
! as_root sh -c 'command -v node || command -v npm' || { echo "image steps: there is a Node in the root" >&2; exit 1; }

as_image redshank --version
as_image redshank synthetic /tmp/force --scale small --seed 1 >/dev/null 2>&1
as_image redshank load /tmp/force/first >/dev/null 2>"$place/load.log"
as_image redshank night --json >"$place/night.json" 2>"$place/night.log"
as_image redshank doctor
as_image redshank serve --prepare >/dev/null 2>&1
as_image redshank serve --host 127.0.0.1 --port "$port" >"$place/serve.log" 2>&1 &
server=$!
for page in health ready metrics sign-in; do
  .venv/bin/python - "http://127.0.0.1:$port/$page" <<'PY'
import sys, time, urllib.request
began = time.monotonic()
while True:
    try:
        with urllib.request.urlopen(sys.argv[1], timeout=10) as answer:
            print(answer.status, sys.argv[1].rpartition("/")[2], f"after {time.monotonic() - began:.1f} s")
            break
    except OSError as error:
        if time.monotonic() - began > 60:
            sys.exit(f"{sys.argv[1]}: {error}")
        time.sleep(0.1)
PY
done
as_image sh -c 'REDSHANK_KEY=a-key-for-this-trial-only redshank backup /var/backups/redshank/$(date +%F).backup --keep 35'
echo "image steps: done; the root takes $(du -smx "$root" | cut -f1) MB"
[ -n "${1:-}" ] || { finish; rm -rf --one-file-system "$place"; }
