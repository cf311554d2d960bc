"""How long a pack and a draft take: forty things before the four-weekly meeting on paper, twenty-five before the daily one.

``python -m benchmarks --only packs`` makes a home and writes ``results/packs.json``; ``python -m benchmarks.packs HOME REPEATS`` is
the child that measures a demonstration home that is published already, and prints one JSON object. It raises things in that home.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PACK, DRAFT = 40, 25
PACK_BAR, DRAFT_BAR = 5.0, 1.0  # seconds


def timed(work: Callable[[], Any], repeats: int) -> list[float]:
    """Seconds of each repeat, after one that is not counted: it loads fonts, templates and compiled code."""
    work()
    out = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        out.append(round(time.perf_counter() - began, 3))
    return out


def rows(scale: str, told: dict[str, Any]) -> list[dict[str, Any]]:
    """The lines of the summary: the median of each, and for the packs the slower of Word and PDF."""
    slower = max(("docx", "pdf"), key=lambda form: statistics.median(told["pack"][form]))
    pack, draft = (statistics.median(v) for v in (told["pack"][slower], told["draft"]))
    said = (
        (f"{scale}, a pack of {PACK} items, the slower of Word and PDF ({slower})", pack, PACK_BAR),
        (f"{scale}, the daily meeting drafted with {DRAFT} raised items", draft, DRAFT_BAR),
    )
    return [
        {"table": "packs", "row": row, "bar": f"< {bar:g}", "measured": round(value, 3), "unit": "s", "holds": value < bar, "peer": ""}
        for row, value, bar in said
    ]  # fmt: skip


def measure(home: Path, repeats: int) -> dict[str, Any]:
    from redshank.publish.setup import prepare_django

    prepare_django(home)
    from redshank.products.papers import pdf
    from redshank.web.accounts.models import User
    from redshank.web.meetings import agenda
    from redshank.web.meetings.packs import content, docx

    analyst = User.objects.get(username="demo-analyst")
    pack = _sitting(analyst, "four_weekly", PACK)
    draft = _sitting(analyst, "daily", DRAFT)
    told = {"pack": agenda.of(analyst, pack), "draft": agenda.of(analyst, draft)}
    stood = {name: len(a.lines) for name, a in told.items()}
    if stood["pack"] < PACK or stood["draft"] < DRAFT:
        raise RuntimeError(f"too few things stand before the meetings: {stood}")
    return {
        "items": stood,
        "pack": {
            "docx": timed(lambda: docx.write(content.build(analyst, analyst, pack)), repeats),
            "pdf": timed(lambda: pdf.write(content.as_document(content.build(analyst, analyst, pack))), repeats),
        },
        "draft": timed(lambda: content.build(analyst, analyst, draft), repeats),
    }  # fmt: skip


def _sitting(user: Any, meeting: str, items: int) -> Any:
    """The next sitting of a body, with so many of the children and groups raised to it that the night found."""
    from django.utils import timezone

    from redshank.web.heads.models import Child, Group
    from redshank.web.meetings import raising, sittings
    from redshank.web.meetings.bodies import BODIES

    body = BODIES[meeting]
    purpose = user.as_role.purpose
    wanted = [("group", g.group_id) for g in Group.objects.visible_to(user, purpose).order_by("place")[:items]]  # fmt: skip
    wanted += [("child", c.person_id) for c in Child.objects.visible_to(user, purpose).order_by("place")[: 2 * items]]  # fmt: skip
    count = 0
    for about, ident in wanted:
        if about not in body.about or count == items:
            continue
        of = raising.subject(user, about, ident)
        if of is not None:
            why = "Seen again, in two districts and with the same adult."
            raising.raise_to(user, of, body, why, f"bench:{meeting}:{ident}", owner=user)
            count += 1
    return sittings.on_day(body, sittings.next_time(body, timezone.now()).date().isoformat())


def main() -> None:
    print(json.dumps(measure(Path(sys.argv[1]), int(sys.argv[2]))))


if __name__ == "__main__":
    main()
