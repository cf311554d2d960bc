"""``redshank rules``: lexicons that forces exchange, tried, measured, used by a home's nights, and ours written out as one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from redshank import __version__
from redshank.cli.common import Settings, out, print_json, writing_to
from redshank.errors import Exit

SHOWN = 20


def add(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Lexicons: rules in a folder that forces can exchange.")
    app.add_typer(group, name="rules")

    @group.command(name="test", epilog="Example: redshank rules test harbour")
    def test(
        folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder of a lexicon.")],
        write: Annotated[
            bool, typer.Option("--write", help="Keep what was measured in FOLDER/measured.toml.")
        ] = False,
        as_json: Annotated[bool, typer.Option("--json", help="Report as JSON.")] = False,
    ) -> None:
        """Tries each rule on its examples, and measures all of them on the sentences in examples.csv.

        Exit 0: all of it holds. 1: an example, a source or a figure does not. 2: it is no lexicon. 13: the precision that it promises was missed.
        """
        from redshank.signals import lexicon, lexicons

        if write:  # what stood there is about to be replaced and is not held against the new figure
            (folder / "measured.toml").unlink(missing_ok=True)
        trial = lexicons.tried(lexicon.read(folder))
        if write:
            with writing_to(folder):
                lexicons.write_measured(folder, trial)
        told = trial.measured()
        if as_json:
            print_json({"lexicon": trial.lexicon.said, "wrong": trial.wrong, "measured": told, "rules": trial.rules})  # fmt: skip
        else:
            one = trial.lexicon
            out.print(f"{one.title} ({one.said}), {len(one.rules)} rules, licence {one.licence}, by {one.by}", markup=False)  # fmt: skip
            for line in trial.wrong[:SHOWN]:
                out.print(f"  {line}", markup=False)
            if len(trial.wrong) > SHOWN:
                out.print(f"  … and {len(trial.wrong) - SHOWN} more; --json has all")
            if trial.sentences:
                recall = "none to find" if trial.recall is None else f"{trial.recall:.3f}"
                out.print(f"Measured on {trial.sentences} sentences: found {trial.found}, right {trial.right}, missed {trial.missed}; precision {told['precision']}, recall {recall}.")  # fmt: skip
            else:
                out.print("Not measured: examples.csv holds no sentence. Examples of the rules' own author say nothing about others' texts.")  # fmt: skip
            out.print("All of it holds." if not trial.wrong else f"{len(trial.wrong)} things do not hold.")
        if trial.wrong:
            raise typer.Exit(int(Exit.FOUND if trial.holds_promise or not trial.sentences else Exit.BAR_MISSED))  # fmt: skip

    @group.command(name="export", epilog="Example: redshank rules export ours")
    def export(
        folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A new folder.")],
    ) -> None:
        """Writes the rules as shipped as a lexicon: to read, to exchange, to start one's own from."""
        from redshank.signals import lexicons

        with writing_to(folder):
            number = lexicons.write_shipped(folder, __version__)
        out.print(f"{number} rules in {folder}; `redshank rules test {folder}` tries them", markup=False)

    @group.command(name="use", epilog="Example: redshank --home demo/home rules use harbour")
    def use(
        folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder of a lexicon that holds.")],
    ) -> None:
        """Takes a lexicon into the home: the next night reads everything again with it, and says its version."""
        from redshank.audit import Audit
        from redshank.signals import lexicons
        from redshank.store import Store

        store = Store.open(Settings.home)
        with store.writing():
            one = lexicons.put(store.home, folder)
            Audit(store.home).append("lexicon used", one.said, {"rules": len(one.rules)}, purpose=Settings.purpose)  # fmt: skip
        out.print(
            f"{one.said} is used from the next night on; it stands in that run's versions", markup=False
        )

    @group.command(name="drop", epilog="Example: redshank --home demo/home rules drop harbour")
    def drop(name: Annotated[str, typer.Argument(help="Name of a lexicon in use.")]) -> None:
        """Takes a lexicon out of the home: what it alone found goes with the next night."""
        from redshank.audit import Audit
        from redshank.signals import lexicons
        from redshank.store import Store

        store = Store.open(Settings.home)
        with store.writing():
            lexicons.drop(store.home, name)
            Audit(store.home).append("lexicon dropped", name, {}, purpose=Settings.purpose)
        out.print(f"{name} is not used from the next night on", markup=False)
