"""What stands under deploy/ names commands, options, settings and files that exist, so that an example cannot rot."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from redshank import __version__, settings

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
FILES = sorted(p for p in DEPLOY.rglob("*") if p.is_file())
UNITS = sorted((DEPLOY / "systemd").iterdir())


def lists_of(text: str, key: str) -> list[list[str]]:
    """Lists in one line after a key of a YAML or Docker file: written as JSON on purpose."""
    return [json.loads(found) for found in re.findall(rf"^\s*(?:{key}):? (\[.*\])$", text, re.MULTILINE)]


def commands() -> list[tuple[str, list[str]]]:
    """Every call of the program, with the file that has it."""
    found = []
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        where = str(path.relative_to(ROOT))
        if path.suffix in (".yaml", "") or path.name == "Dockerfile":
            found += [(where, args) for args in lists_of(text, "command|args|CMD") if args and re.fullmatch("[a-z]+", args[0]) and args[0] not in ("python",)]  # fmt: skip
        text = text.replace("\\\n", " ")
        for line in text.splitlines():
            if line.lstrip().startswith(("#", "USER", "RUN groupadd", "image:")) or "useradd" in line:
                continue
            for call in re.findall(r"(?:^|[ /'\"])redshank ((?:--version|[a-z]+)(?: [^;|&>\]]*)?)", line):
                call = re.sub(r"\$\$?\([^)]*\)", "2026-03-14", call).replace("$port", "8000").rstrip("'\" ")
                found.append((where, shlex.split(call.replace('"', "").replace("'", ""))))
    return [(w, a) for w, a in found if a[0] not in ("redshank", "x")]


def parse(arguments: list[str]) -> None:
    """As the program would, without running anything: an unknown command, option or value raises."""
    import typer.main

    from redshank.cli.app import app

    command, context = typer.main.get_command(app), None
    rest = list(arguments)
    if rest == ["--version"]:
        return
    while getattr(command, "commands", None):
        assert rest, arguments
        assert rest[0] in command.commands, f"there is no command {rest[0]}"
        command = command.commands[rest.pop(0)]
    context = command.make_context(command.name, rest, resilient_parsing=False)
    assert context is not None


CALLS = commands()


def test_there_are_commands_to_look_at():
    named = {a[0] for _, a in CALLS}
    assert {"serve", "night", "watch", "notices", "backup", "doctor", "load", "synthetic"} <= named
    for file in ("deploy/Dockerfile", "deploy/compose.yaml", "deploy/kubernetes/redshank.yaml", "deploy/systemd/redshank-backup.service"):  # fmt: skip
        assert any(w == file for w, _ in CALLS), file


@pytest.mark.parametrize(("where", "arguments"), CALLS, ids=[f"{w}: {' '.join(a)[:40]}" for w, a in CALLS])
def test_every_command_and_option_exists(where, arguments):
    parse(arguments)


def told_to_type() -> list[tuple[str, list[str]]]:
    """Every call of the program in a block of a page that people copy from."""
    found = []
    told = [
        p
        for folder in ("*.md", "howto/*.md", "examples/*/*.md")
        for p in sorted((ROOT / "docs").glob(folder))
    ]
    for page in [ROOT / "README.md", *told]:
        for line in page.read_text(encoding="utf-8").splitlines():
            if call := re.match(r"(?: {4,6}|\$ )(?:\.venv/bin/|/opt/redshank/bin/)?redshank (.+)", line):
                text = call[1].partition(" #")[0].replace("…", "x").strip()
                found.append(
                    (
                        page.name,
                        [a for a in re.sub(r"^--home \S+ (--purpose '[^']*' )?", "", text).split(" ") if a],
                    )
                )
    return found


TYPED = told_to_type()


@pytest.mark.parametrize(("page", "arguments"), TYPED, ids=[f"{w}: {' '.join(a)[:40]}" for w, a in TYPED])
def test_a_command_that_a_page_tells_to_type_exists(page, arguments):
    parse(shlex.split(" ".join(arguments)))


def test_the_manual_has_the_commands_of_its_chapters():
    assert {a[0] for w, a in TYPED if w == "operate.md"} >= {"load", "night", "serve", "doctor", "sources", "backup", "restore", "audit", "user", "synthetic"}  # fmt: skip


@pytest.mark.parametrize("wrong", [["nights"], ["night", "--jsn"], ["backup", "f", "--keep", "many"], ["notices", "go"]])  # fmt: skip
def test_a_command_that_is_none_is_seen(wrong):
    with pytest.raises(Exception) as told:
        parse(wrong)
    assert told.type.__name__ in {"AssertionError", "NoSuchOption", "BadParameter"}


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_every_setting_exists_and_no_secret_is_given(path):
    text = path.read_text(encoding="utf-8")
    assert set(re.findall(r"REDSHANK_[A-Z_]+", text)) <= settings.NAMES
    for name in settings.SECRETS - {"REDSHANK_DATABASE_URL"}:
        given = re.findall(rf"{name}[=:] *(\S+)", text)
        assert given in ([], ["a-key-for-this-trial-only"]), path
    assert "postgres://redshank:PASSWORD@" in text or "postgres://" not in text


def test_the_image_is_made_of_what_is_here():
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    copied = [
        w for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE) for w in line.split()[:-1]
    ]
    let_in = [
        n[1:] for n in (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines() if n.startswith("!")
    ]
    assert len(copied) > 5
    for name in copied:
        assert (ROOT / name).exists(), name
        assert any(name == one or name.startswith(f"{one}/") or one.startswith(name.rstrip("/")) for one in let_in), name  # fmt: skip
    for image in re.findall(
        r"image: redshank:(\S+)|-t redshank:(\S+)", "".join(p.read_text() for p in FILES)
    ):
        assert "".join(image).rstrip("`,").startswith(__version__), image
    assert re.findall(r"^FROM .* AS (\w+)$", text, re.MULTILINE) == ["styles", "wheel"]
    assert re.search(r"^USER 10001", text, re.MULTILINE)


def test_the_servers_lock_is_the_runtimes_with_postgresql():
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^([a-z0-9_.\[\]-]+==\S+)", (ROOT / "requirements" / name).read_text(), re.MULTILINE))  # fmt: skip

    more = {p.partition("==")[0] for p in pins("service.lock") - pins("runtime.lock")}
    assert more == {"psycopg", "psycopg-binary"}
    assert pins("runtime.lock") <= pins("service.lock")
    assert pins("service.lock") <= pins("dev.lock") | pins("runtime.lock")


def test_each_timer_has_its_service_and_each_unit_ends_in_a_section():
    names = {p.name for p in UNITS}
    assert {
        "redshank.service",
        "redshank-night.timer",
        "redshank-watch.service",
        "redshank-notices.timer",
        "redshank-backup.timer",
    } <= names
    for path in UNITS:
        assert path.suffix in (".service", ".timer")
        assert path.suffix != ".timer" or path.with_suffix(".service").name in names
        assert path.suffix != ".service" or "UMask=0077" in path.read_text()


def test_the_units_are_as_systemd_wants_them(tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd here")
    for path in UNITS:  # the program of an installation stands in for itself
        (tmp_path / path.name).write_text(path.read_text().replace("/opt/redshank/bin/redshank", "/bin/true"))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *[str(tmp_path / p.name) for p in UNITS]], capture_output=True, text=True, check=False,
    )  # fmt: skip
    ours = [line for line in done.stderr.splitlines() if "redshank" in line]
    assert ours == []
    broken = tmp_path / "redshank-broken.service"
    broken.write_text((tmp_path / "redshank.service").read_text().replace("Type=simple", "Typ=simple"))
    said = subprocess.run(["systemd-analyze", "verify", "--man=no", str(broken)], capture_output=True, text=True, check=False).stderr  # fmt: skip
    assert "Typ" in said


def test_scripts_are_as_the_shell_wants_them():
    for path in [*DEPLOY.glob("*.sh"), *sorted((ROOT / "scripts").glob("*.sh"))]:
        done = subprocess.run(["bash", "-n", str(path)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
