"""An act and its entry of the audit are one: kill -9 at any moment of a request leaves both or neither, and the form sent
again acts once.

Each try is a child of this process that sends the form and is killed a little later than the one before.
"""

from __future__ import annotations

import ast
import os
import signal
import time
from pathlib import Path

import pytest

from redshank.web import pages

from .conftest import client_of
from .test_judgements import compare_url
from .test_products import drafted, wrote

WEB = Path(pages.__file__).resolve().parents[1]
POINTS = int(os.environ.get("REDSHANK_KILL_POINTS", "10"))
#: What these write is told before the answer is made, and changes nothing else.
READ = ("consultation", "disclosure", "refusal")


def calls_outside_a_transaction(source: str) -> list[int]:
    """Lines on which an entry of an act is written outside a ``with transaction.atomic()``."""
    tree = ast.parse(source)
    above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    found = []
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "note"):
            continue
        words = [a.value for a in ast.walk(node) if isinstance(a, ast.Constant)]
        if any(w in READ for w in words):
            continue
        place, held = node, False
        while place in above:
            place = above[place]
            if isinstance(place, ast.With):
                held |= any("atomic" in ast.unparse(i) for i in place.items)
            if isinstance(place, ast.Lambda):  # given to an act, which calls it in its own transaction
                held = True
        if not held:
            found.append(node.lineno)
    return found


def test_the_entry_of_an_act_is_written_in_the_transaction_of_the_act():
    assert calls_outside_a_transaction("acts.do()\nnote(request, 'alteration', 'flag')") == [2]
    loose = {
        f"{path.relative_to(WEB)}:{line}"
        for path in sorted(WEB.rglob("*.py"))
        if "note(" in (source := path.read_text(encoding="utf-8"))
        for line in calls_outside_a_transaction(source)
    }
    assert loose == set()


def send(do, after: float | None) -> bool:
    """Does it in a child that is killed after so many seconds (None: never); whether the child came to its end."""
    from django.db import connections

    connections.close_all()
    ready, told = os.pipe()
    child = os.fork()
    if not child:
        os.write(told, b".")
        status = 1
        try:
            status = 0 if do() < 400 else 2
        finally:
            os._exit(status)
    os.close(told)
    os.read(ready, 1)
    os.close(ready)
    if after is not None:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return not os.WIFSIGNALED(status)


def killed_until_done(do, seen, before, after):
    """Kills ``do`` later and later until it stands; every time it is as before or as after, and at the end as after."""
    began = time.perf_counter()
    assert seen() == before
    step, points = 0.0, 0
    while seen() == before and points < 40 * POINTS:
        send(do, step)
        assert seen() in (before, after), f"killed after {step:.3f} s, half of it stands"
        points += 1
        step += 0.3 / POINTS
    assert points > 1, "it was never killed before it stood"
    assert send(do, None)
    assert seen() == after, f"after {points} kills in {time.perf_counter() - began:.0f} s the form acts again"


def told(kind: str, **of) -> bool:
    """Whether the audit tells of it: a form sent again, which changes nothing, may be told of again."""
    from redshank.web.trail.models import Entry

    return Entry.objects.filter(kind=kind, **of).exists()


@pytest.mark.databases
def test_a_signature_killed_at_any_moment_stands_with_its_entry_or_not_at_all(own_database):
    from redshank.web.products.acts import is_whole, spec_of
    from redshank.web.products.models import Product

    analyst, researcher, lead = map(client_of, ("analyst", "researcher", "safeguarding_lead"))
    number = drafted(analyst, "exploitation-bulletin")
    for h in spec_of("exploitation-bulletin").headings:
        if h.asks and not h.figures and not h.fixed:
            assert wrote(analyst, number, h.key, f"Written under {h.key}.").status_code == 302

    def act(client, kind):
        version = Product.objects.get(pk=number).version
        sent = {"once": f"the {kind}", "version": version}
        return lambda: client.post(f"/products/{number}/act/{kind}", sent).status_code

    assert act(analyst, "submit")() == 302
    assert act(researcher, "review")() == 302

    def seen():
        product = Product.objects.get(pk=number)
        signs = product.steps.filter(kind="signed").count()
        return (
            product.state,
            is_whole(product),
            signs,
            told("product", ident=str(number), details__contains="sign"),
        )

    before = seen()
    killed_until_done(act(lead, "sign"), seen, before, ("signed", True, 1, True))


@pytest.mark.databases
def test_a_merge_killed_at_any_moment_stands_with_its_entry_or_not_at_all(own_database, place):
    from redshank.web.judgements.models import Decision, Pair

    analyst = client_of("analyst")
    url = compare_url(place.person)
    sent = {"kind": "same", "reason": "The same child, as both records say", "once": "one merge", "seen": "0"}

    def seen():
        return Decision.objects.count(), Pair.objects.exists(), told("judgement", action="combination")

    killed_until_done(lambda: analyst.post(url, sent).status_code, seen, (0, False, False), (1, True, True))
