"""``redshank judge``: takes what people decided, as constraints for the next night."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from redshank.cli.common import Settings, out, print_json


def add(app: typer.Typer) -> None:
    @app.command(name="judge", epilog="Example: redshank --home demo/home judge judgements.csv")
    def judge(
        file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV of judgements.")],
        as_json: Annotated[bool, typer.Option("--json", help="Report as JSON.")] = False,
    ) -> None:
        """Reads judgements (same, not_same, dismiss_group, confirm_group, line_known, line_refuted); the next night honours them.

        Columns: judgement_id, kind, a_record_type, a_record_ref, a_row, b_record_type, b_record_ref, b_row,
        group_id, by, at, reason, withdrawn_at, line_ref, handling. A judgement never changes: it is withdrawn and made anew.
        """
        from redshank.audit import Audit
        from redshank.night import judgements
        from redshank.store import Store

        store = Store.open(Settings.home)
        with store.writing():
            # Before anything is taken, as with a load: nothing stands that the audit does not tell of.
            Audit(Settings.home).append("judge begins", "a file of judgements", purpose=Settings.purpose)
            report = judgements.take(store, file)
            Audit(Settings.home).append("judge", f"file {file.name}", report, purpose=Settings.purpose)
        if as_json:
            print_json(report)
            return
        word = "judgement" if report["new"] == 1 else "judgements"
        out.print(
            f"{report['new']} new {word}, {report['withdrawn']} withdrawn, {report['unchanged']} known before."
        )
        if report["name_nothing"]:
            out.print(
                f"{report['name_nothing']} of them name an appearance or a group that is not here: "
                "check record, row and group id; they are kept and wait for it."
            )
        if report["new"] or report["withdrawn"]:
            out.print("The next `redshank night` honours them.")
