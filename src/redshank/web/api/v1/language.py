"""A text in, phrases that blame or diminish a child out, each with what to write or to ask instead. Nothing is kept."""

from ninja import Router, Schema

from redshank.web.api.gate import needs
from redshank.web.api.v1.shapes import In, typed
from redshank.web.audits import asking

router = Router()


class TextIn(In):
    text: typed(asking.SETTINGS["longest"])  # type: ignore[valid-type]


class Hit(Schema):
    start: int
    end: int
    line: int
    column: int
    phrase: str
    reason: str
    alternative_kind: str
    alternative: str
    severity: int | str
    quoted: bool
    rule: str


class Hits(Schema):
    hits: list[Hit]
    note: str


@router.post("/language/checks", response=Hits, url_name="language", operation_id="check_language")
@needs("language.check")
def check(request, sent: TextIn):  # type: ignore[no-untyped-def]
    """The phrases of a text, by their place in it. The text is neither kept nor logged, and learns nothing of any record."""
    return {
        "hits": asking.answer(sent.text),
        "note": "Nothing is changed and nothing is kept: these are offers.",
    }
