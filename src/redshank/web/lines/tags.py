"""On the pages of a child and of a group: the county lines that the night ties them to."""

from __future__ import annotations

from typing import Any

from django import template

register = template.Library()


@register.inclusion_tag("lines/beside.html", takes_context=True)
def lines_beside(context: Any, kind: str, ident: str) -> dict[str, Any]:
    from redshank.web.lines import around

    found = around.lines_of_person if kind == "child" else around.lines_of_group
    return {"lines": found(context["request"].user, ident)}
