"""Run by itself (``python worklist_race.py HOME``): several people press at the same moment, on a database of their own.

Prints one line of JSON: how each press ended, and what stands afterwards.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.web import worklist_tools as tools


def together(presses: list[Callable[[], int]]) -> list[int]:
    """All at once; the status of each answer, in order."""
    from django.db import connection

    gate = threading.Barrier(len(presses))
    ended = [0] * len(presses)

    def press(n: int) -> None:
        gate.wait()
        ended[n] = presses[n]()
        connection.close()

    threads = [threading.Thread(target=press, args=(n,)) for n in range(len(presses))]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return ended


def main(home: Path) -> None:
    tools.ready(home)
    from redshank.publish import reading
    from redshank.web.meetings.models import Raised
    from redshank.web.worklist.models import Act, Answer, Question, Standing

    reading.texts = tools.texts_of
    tools.build()
    one, two = tools.client("analyst"), tools.client("researcher")
    ada, ben = "child/p-ada", "child/p-ben"
    dismiss = {"act": "dismiss", "dismiss_value": "known", "dismiss_why": "known", "seen": 0}
    told = {
        "two decide": together([
            lambda: one.post(f"/worklist/verdict/{ada}", dismiss | {"once": "a"}).status_code,
            lambda: two.post(f"/worklist/verdict/{ada}", dismiss | {"act": "confirm", "once": "b"}).status_code,
        ]),
        "one form four times": together([
            lambda: one.post(f"/worklist/raise/{ben}", {"act": "raise", "raise_why": "x", "once": "same", "seen": 0}).status_code
        ] * 4),
    }  # fmt: skip
    one.post(f"/worklist/ask/{ben}", {"ask_to": "role:missing_adviser", "ask_why": "?", "once": "q"})
    number = Question.objects.get().pk
    advisers = [tools.client("missing_adviser"), tools.client("missing_adviser", "second")]
    told["two answer"] = together([
        lambda n=n, c=c: c.post(f"/questions/{number}/answer", {"answer": f"answer {n}", "once": f"n{n}"}).status_code
        for n, c in enumerate(advisers)
    ])  # fmt: skip
    told["stands"] = {
        "acts on ada": Act.objects.filter(ident="p-ada").count(),
        "raised": Raised.objects.count(),
        "answers": Answer.objects.count(),
        "standings of ada": Standing.objects.filter(ident="p-ada", edition="full").count(),
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
