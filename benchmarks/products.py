"""How long it takes to draft every product that the command line offers, on a home that is published already.

``python -m benchmarks --only products`` makes a home and writes ``results/products.json``; ``python -m benchmarks.products HOME`` is
the child that measures any published home, and prints one JSON object. It writes nothing into the home.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

BAR = 60.0  # seconds for all together (issue 5), on the large scale
WITHOUT = {"analyst-product"}  # begun on the page of one thing


def measure(home: Path) -> dict[str, Any]:
    """Seconds of each product, figures and document together; the papers of one of them apart."""
    from redshank.publish.setup import prepare_django

    prepare_django(home)
    from redshank.products.papers import FORMS, write
    from redshank.web.heads.models import Record
    from redshank.web.products.catalogue import Options, document, offers
    from redshank.web.products.gather import together

    district = Record.objects.exclude(district="").values_list("district", flat=True).first() or ""
    drafts: dict[str, float] = {}
    told: dict[str, Any] = {}
    with together():  # as `redshank product all` writes them
        for name in offers():
            if name in WITHOUT:
                continue
            began = time.perf_counter()
            told[name] = document(name, Options(district=district if name == "tactical-assessment" else ""))
            drafts[name] = round(time.perf_counter() - began, 3)
    papers = {}
    for form in FORMS:
        began = time.perf_counter()
        write(told["problem-profile"], form)
        papers[form] = round(time.perf_counter() - began, 3)
    return {"drafts": drafts, "all": round(sum(drafts.values()), 3), "papers": papers}


def rows(scale: str, told: dict[str, Any]) -> list[dict[str, Any]]:
    """The line of the summary."""
    row = f"{scale}, all {len(told['drafts'])} products drafted, one after another"
    return [{"table": "products", "row": row, "bar": f"< {BAR:g}", "measured": told["all"], "unit": "s", "holds": told["all"] < BAR, "peer": ""}]  # fmt: skip


def main() -> None:
    print(json.dumps(measure(Path(sys.argv[1]))))


if __name__ == "__main__":
    main()
