"""Words of rulings, for the templates."""

from __future__ import annotations

from django import template

from redshank.web.rights.settings import RULINGS

register = template.Library()


@register.filter
def ruling_words(code: str) -> str:
    return RULINGS[code]["words"]
