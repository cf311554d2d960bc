"""What was asked of agencies about a thing, and a child's referrals to the MASH, on its own page."""

from __future__ import annotations

from typing import Any

from django import template

from redshank.web.sharing import acts
from redshank.web.sharing.models import Ask, Referral

register = template.Library()


@register.inclusion_tag("sharing/about.html", takes_context=True)
def shared_about(context: Any, about: str, ident: str) -> dict[str, Any]:
    user = context["request"].user
    role, purpose = user.as_role, user.as_role.purpose
    referrals = Referral.objects.visible_to(user, purpose).prefetch_related("steps__by").select_related("by")
    return {
        "asks": list(acts.about(Ask.objects.visible_to(user, purpose), user, about, str(ident))),
        "referrals": list(acts.about(referrals, user, about, str(ident))),
        "about": about, "ident": ident, "may_ask": role.allows("sharing.ask"), "may_refer": about == "child" and role.allows("mash.record"),
    }  # fmt: skip
