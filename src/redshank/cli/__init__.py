"""The command line: one program, ``redshank``.

Every error that a person can mend is a :class:`redshank.errors.RedshankError` and ends in its own exit code;
anything else is a defect of ours (70), whose report holds places in the code only, never data.
"""

from __future__ import annotations

import io
import os
import signal
import sys
import tempfile
import traceback
from pathlib import Path
from types import FrameType

from redshank.errors import Exit, RedshankError


def _home_first(argv: list[str]) -> list[str]:
    """``--home`` may stand anywhere; it is moved to the front, where the program's own options live."""
    front: list[str] = []
    rest: list[str] = []
    items = iter(argv)
    for item in items:
        if item == "--":
            rest += [item, *items]
        elif item == "--home":
            front = [item, *([value] if (value := next(items, None)) is not None else [])]
        elif item.startswith("--home="):
            front = [item]
        else:
            rest.append(item)
    return front + rest


def _report_defect(error: BaseException) -> str:
    """Where in the code it went wrong, without any value, into a file; returns where the report lies."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"{Path(f.filename).name}:{f.lineno} in {f.name}" for f in frames]
    text = "\n".join([type(error).__name__, *lines, ""])
    home = Path(os.environ.get("REDSHANK_HOME") or "redshank-home")
    folder = home / "reports" if home.is_dir() else Path(tempfile.mkdtemp(prefix="redshank-"))
    path = folder / "redshank-defect.txt"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError:
        return "no report could be written; run again with REDSHANK_DEBUG=1 on synthetic data"
    return f"the report lies in {path}"


INTERRUPTED = "interrupted; the store is whole, run the same command again"
_signals: list[int] = []


def _say(level: str, text: str, **more: object) -> None:
    """The last word of a command on standard error: in words, or as one line of a log."""
    from redshank import logs

    said = (
        logs.line(level, "redshank.cli", " ".join(text.split()), **more)
        if logs.as_json()
        else f"redshank: {text}"
    )
    sys.stderr.write(said + "\n")


def _terminated(number: int, frame: FrameType | None) -> None:
    _signals.append(number)  # DuckDB turns what is raised inside a query into an error of its own
    raise KeyboardInterrupt


def main(argv: list[str] | None = None) -> None:
    """Runs one command and leaves with one of the documented exit codes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that cannot show a sign is no reason to stop
            stream.reconfigure(errors="backslashreplace")
    arguments = _home_first(sys.argv[1:] if argv is None else argv)
    _signals.clear()
    signal.signal(signal.SIGTERM, _terminated)
    signal.signal(signal.SIGINT, _terminated)
    try:
        from redshank.cli.app import app  # here, because an interruption may fall into the imports
        from redshank.cli.common import Settings

        Settings.alone = argv is None
        code = app(args=arguments, prog_name="redshank", standalone_mode=False)
        if code == 130:  # how the command line's library passes a Ctrl-C on
            raise KeyboardInterrupt
    except RedshankError as error:
        from redshank.cli.common import harmless

        _say("error", harmless(str(error)), exit=int(error.exit))
        code = int(error.exit)
    except KeyboardInterrupt:
        _say("warning", INTERRUPTED, exit=int(Exit.INTERRUPTED))
        code = int(Exit.INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()
        code = int(Exit.DONE)
    except Exception as error:  # noqa: BLE001 - the last resort, reported and never swallowed
        code = _click_or_defect(error)
    if argv is None:  # the command is done and answered for: what comes now only ends the interpreter
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(code if isinstance(code, int) else 0)


def _click_or_defect(error: Exception) -> int:
    import click

    if _signals or type(error).__name__ == "Abort":
        _say("warning", INTERRUPTED, exit=int(Exit.INTERRUPTED))
        return int(Exit.INTERRUPTED)
    show = getattr(error, "show", None)
    if isinstance(error, click.ClickException) or callable(show):
        error.show()  # type: ignore[attr-defined]
        return int(Exit.USAGE)
    if isinstance(error, OSError) and error.errno in {1, 13, 27, 28, 30, 122}:
        _say(
            "error",
            f"no room or no right to write ({error.strerror})\n  free space or mend the rights, then run again",
            exit=int(Exit.NO_ROOM),
        )
        return int(Exit.NO_ROOM)
    if os.environ.get("REDSHANK_DEBUG"):
        traceback.print_exception(error)
    where = _report_defect(error)
    _say(
        "error",
        f"a defect of ours ({type(error).__name__}); {where}\n  the store is as it was",
        exit=int(Exit.DEFECT),
    )
    return int(Exit.DEFECT)
