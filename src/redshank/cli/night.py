"""``redshank night``: reads what is new and prints the morning's summary."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Annotated, Any

import typer

from redshank.cli.common import Settings, Steps, both, err, out, parse_time, print_json, without_cycles
from redshank.errors import UsageError

MOST_DAYS = 3_650


def add(app: typer.Typer) -> None:
    @app.command(name="night", epilog="Example: redshank --home demo/home night --as-of 2026-03-14")
    def night(
        as_of: Annotated[str | None, typer.Option("--as-of", help="See only what was known then.")] = None,
        engine: Annotated[str, typer.Option(help="duckdb or spark.")] = "duckdb",
        full: Annotated[
            bool, typer.Option("--full", help="Compute everything again; gives the same findings.")
        ] = False,
        new_epoch: Annotated[
            bool, typer.Option("--new-epoch", help="With --full: renew the frozen statistics.")
        ] = False,
        replay: Annotated[
            str | None, typer.Option(metavar="FROM", help="Run night after night from this date, kept apart.")
        ] = None,
        every: Annotated[
            int | None, typer.Option(metavar="DAYS", help="With --replay: days between nights; else 1.")
        ] = None,
        show_all: Annotated[bool, typer.Option("--show-all", help="Show every item of the summary.")] = False,
        as_json: Annotated[bool, typer.Option("--json", help="Report as JSON.")] = False,
    ) -> None:
        """Runs the pipeline over what is new and prints the morning's summary."""
        if replay is None:
            without_cycles()
        from redshank import night as nights
        from redshank.audit import Audit
        from redshank.night.show import show
        from redshank.publish import erasing, hand_back, is_served, publish_if_served
        from redshank.store import Store

        if engine not in ("duckdb", "spark"):
            raise UsageError(f"--engine {engine}: there is no such engine", "choose duckdb or spark")
        if new_epoch and not full:
            raise UsageError("--new-epoch renews the statistics of everything", "give --full with it")
        if replay is not None and (as_of is not None or full):
            raise UsageError("--replay runs from empty findings", "leave --as-of and --full away")
        if every is not None and replay is None:
            raise UsageError(
                "--every says how many days lie between the nights of a replay", "give --replay FROM with it"
            )
        if every is not None and not 1 <= every <= MOST_DAYS:
            raise UsageError(
                f"--every {every}: no number of days from 1 to {MOST_DAYS:,}", "give 1 for every night"
            )
        when = parse_time(as_of, "--as-of") if as_of is not None else None
        store = Store.open(Settings.home)
        Audit(Settings.home).head()  # a damaged audit stops before anything is found that it could not tell
        judged: dict[str, Any] = {}
        erased: list[dict[str, Any]] = []
        with ExitStack() as whole:  # a night is told of until the pages show it
            with Steps(quiet=as_json) as steps, store.writing():
                told = whole.enter_context(
                    nights.Telling(store.home, "night" if replay is None else "replay")
                )
                if replay is not None:
                    report = nights.replay(
                        store,
                        parse_time(replay, "--replay"),
                        every=every or 1,
                        engine=engine,
                        purpose=Settings.purpose,
                        progress=both(steps, told),
                    )
                else:
                    judged = hand_back(store, Settings.purpose)
                    if not judged.get("unreachable"):
                        erasing.finish(store, Settings.purpose)  # what a kill left undone
                    report = nights.run(
                        store,
                        as_of=when,
                        full=full,
                        new_epoch=new_epoch,
                        engine=engine,
                        purpose=Settings.purpose,
                        progress=both(steps, told),
                        begins=told.begins,
                    )
                    told.found(report["run"], report["nothing_new"])
            if replay is None and judged.get("unreachable"):
                err.print(
                    "The database of the pages cannot be reached: judgements stand as at the night before, and this run is not\n"
                    "published. When it can be reached again, `redshank serve --prepare` publishes it."
                )
            elif replay is None:  # outside the writer's lock: the run is whole, the pages only follow
                with Steps(quiet=as_json) as steps:
                    publish_if_served(Store.open(Settings.home), both(steps, told))
                if is_served(store.home):
                    with Steps(quiet=as_json) as steps, store.writing():
                        erased = erasing.confirmed(store, Settings.purpose, both(steps, told))
        if told.trouble:
            err.print(
                f"The pages could not be told how far this night was ({told.trouble}); the night itself is whole."
            )
        for act in erased:
            err.print(f"Erased as two people confirmed: {', '.join(act['tombstones'])}; everything was read again.")  # fmt: skip
        if as_json:
            print_json(report)
            return
        if replay is None and when is None:
            _tell_late(store)
        if replay is not None:
            out.print(
                f"{report['name']}: {report['nights']} nights, {report['groups']} groups proposed. "
                f"Read it with `redshank evaluate --run {report['name']} --truth DIR`."
            )
        elif report["nothing_new"]:
            out.print(f"Nothing new since run {report['run']}; its summary stands:")
            show(out, report["summary"], show_all)
        else:
            show(out, report["summary"], show_all)
            seconds = sum(stage["seconds"] for stage in report["stages"].values())
            read = report["stages"]["signals"]["read"]
            out.print(
                f"\n[dim]run {report['run']}: {read:,} records read in {seconds:.1f} s; --json shows rows per stage[/dim]"
            )


def _tell_late(store: Any) -> None:
    """Before all else: what the night could not read since it did not come (by this machine's clock)."""
    from datetime import UTC, datetime

    from redshank.publish.sources import late

    found, wrong = late(store.home, datetime.now(UTC))
    if wrong:
        err.print(f"Whether a source is late cannot be told: {wrong}", markup=False)
    for source, table, due in found:
        at = due.strftime("%-d %B %Y, %H:%M")
        err.print(f"Late: {table} (mapping {source}), due by {at}. What is said of them below is as at their last delivery.", markup=False)  # fmt: skip
