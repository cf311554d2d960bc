"""What pages of a thing show of the worklist: one line in each template."""

from __future__ import annotations

from typing import Any

from django import template

register = template.Library()


@register.inclusion_tag("worklist/linked.html", takes_context=True)
def linked_about(context: Any, about: str, ident: str) -> dict[str, Any]:
    """What people linked to it, each with who did it and why."""
    from redshank.web.worklist.linked import linked_to
    from redshank.web.worklist.views.item import url_of

    user = context["request"].user
    return {"links": [(x, url_of(x.about, x.ident)) for x in linked_to(user, about, ident)]}
