"""Hands for the tests of reviews: draw, open, read."""

from __future__ import annotations

from typing import Any

from .conftest import opens


def draw(client: Any, key: str, **more: Any) -> Any:
    """Draws from all that the village holds."""
    sent = {"size": "50", "seed": "one", "since": "2026-01-01", "until": "2026-12-31", "once": f"draw{key}"}
    return client.post(f"/reviews/{key}", sent | more)


def drawn(client: Any, key: str, **more: Any) -> Any:
    """The sample."""
    from redshank.web.audits.models import Sample

    answer = draw(client, key, **more)
    assert answer.status_code == 302, answer.context["errors"]
    return Sample.objects.get(pk=int(answer.url.rsplit("/", 1)[1]))


def item_of(sample: Any, key: str) -> Any:
    return sample.items.get(record_key=key)


def answers(programme: Any, **more: Any) -> dict[str, Any]:
    """Every question answered yes, in as few words as it takes."""
    filled: dict[str, Any] = {}
    for q in programme.questions:
        if q.kind == "answer":
            filled[q.key] = "no" if q.finds else "yes"
        elif q.kind == "words":
            filled[q.key] = "As the record states it." if q.required else ""
    return filled | more


def read(client: Any, item: Any, *, phrase: str = "true", is_opened: bool = True, **more: Any) -> Any:
    """Opens the record and reads it; the answer."""
    path = f"/reviews/records/{item.pk}"
    if is_opened and item.record_key.startswith("crimes:V-"):
        made_up(client, item.record_key)
    elif is_opened:
        opens(client, item.record_key, path)
    shown = client.get(path)
    phrases = {p.field: phrase for p in shown.context["phrases"]}
    sent = {"steps": shown.context["steps"], "once": f"read{item.pk}"} | phrases | answers(item.sample.of)
    return client.post(f"{path}/read", sent | more)


def made_up(client: Any, key: str) -> None:
    """A record that a test made has no text in the store: that it was opened is written as its page writes it."""
    from types import SimpleNamespace

    from redshank.web.trail.write import read as opened

    opened(SimpleNamespace(user=client.user, headers={}, reason=None), "record", key)


def found(client: Any, item: Any, **more: Any) -> Any:
    """Reads it and finds a group."""
    return read(client, item, group="yes", features=["several"], **more)
