"""On the pages of a group, a child, a person, a place and a line: the analyst's products about it, and the way to draft one."""

from __future__ import annotations

from typing import Any

from django import template

register = template.Library()


@register.inclusion_tag("products/beside.html", takes_context=True)
def products_beside(context: Any, about: str, ident: str) -> dict[str, Any]:
    from redshank.web.products.models import Product
    from redshank.web.products.showing import editions

    user = context["request"].user
    rows = Product.objects.visible_to(user, user.as_role.purpose).filter(about=about, ident=ident).exclude(state="dropped")  # fmt: skip
    seen = [p for p in rows.select_related("by") if "internal" in editions(user, p)]
    return {"products": seen, "about": about, "ident": ident, "may": user.as_role.allows("product.write")}


@register.inclusion_tag("products/of_commission.html", takes_context=True)
def products_of_commission(context: Any, commission: Any) -> dict[str, Any]:
    """What was drafted to answer a commission, and the way to draft it with its terms."""
    from redshank.web.meetings.bodies import BY_HAND
    from redshank.web.products.models import Product
    from redshank.web.products.showing import editions

    user = context["request"].user
    rows = Product.objects.visible_to(user, user.as_role.purpose).filter(commission=commission).exclude(state="dropped")  # fmt: skip
    return {
        "products": [p for p in rows if "internal" in editions(user, p)], "commission": commission,
        "may": user.as_role.allows("product.write"), "by_hand": commission.about in BY_HAND,
    }  # fmt: skip


@register.filter
def document_of(programme: str) -> str:
    """The document that a programme of reviews is kept as."""
    from redshank.web.products.keepable import CODES

    return CODES.get(programme, f"{programme}-review")


@register.inclusion_tag("products/keep.html", takes_context=True)
def keep_beside(context: Any, code: str) -> dict[str, Any]:
    """On the page where a document is made anew: its latest signed edition, and the way to keep it as one."""
    from redshank.web.products import keepable
    from redshank.web.products.models import Paper

    user = context["request"].user
    rows = Paper.objects.visible_to(user, user.as_role.purpose).filter(code=code, state="signed")
    return {"code": code, "latest": rows.defer("content").order_by("-number").first(), "may": code in keepable.written_by(user.as_role)}  # fmt: skip
