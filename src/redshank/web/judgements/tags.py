"""What the pages of a person and of a group show of judgements: one line each in their templates."""

from __future__ import annotations

from typing import Any

from django import template

register = template.Library()


@register.inclusion_tag("judgements/beside.html", takes_context=True)
def judged_person(context: Any, person_id: str) -> dict[str, Any]:
    from redshank.web.judgements import acts
    from redshank.web.judgements.views import told

    user = context["request"].user
    return {
        "judged": told(user, acts.about_people(user, person_id)), "ident": person_id, "route": "judge-person",
        "may": user.as_role.allows("judge.identity"), "words": "Is this one person? Judge it",
    }  # fmt: skip


@register.inclusion_tag("judgements/beside.html", takes_context=True)
def judged_group(context: Any, group_id: str) -> dict[str, Any]:
    from redshank.web.judgements import acts
    from redshank.web.judgements.views import told

    user = context["request"].user
    return {
        "judged": told(user, acts.about_group(user, group_id)), "ident": group_id, "route": "judge-group", "may": user.as_role.allows("judge.group"),
        "words": "Dismiss or confirm this proposal",
    }  # fmt: skip
