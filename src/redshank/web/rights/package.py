"""What goes out, as one file: the documents, the same as data, and checksums. The same release gives the same bytes."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile

from redshank.products import schedule, subject_access
from redshank.products.document import Document
from redshank.web.pages import paper
from redshank.web.rights.models import Case, Step

#: Of every file in the package: a release is told by its content, not by when it was packed.
STAMP = (2026, 1, 1, 0, 0, 0)
FORMS = ("html", "docx")


class Damaged(Exception):
    """What was kept at the release is not what was released."""


def files_of(case: Case, released: Step) -> dict[str, bytes]:
    """Name → bytes.

    Raises:
        Damaged: the checksum of what was kept does not fit.
    """
    if hashlib.sha256(released.content.encode()).hexdigest() != released.sha256:
        raise Damaged(f"the content of case {case.pk} does not fit its checksum")
    content = json.loads(released.content)
    documents: dict[str, Document] = {}
    apart: Document | None = None
    if case.is_access:
        documents["answer"] = subject_access.document(content)
    else:
        documents["schedule"] = schedule.document(content)
        if (apart := schedule.sensitive(content)) is not None:
            documents["sensitive-for-the-prosecutor-alone"] = apart
    out = {f"{name}.{form}": paper.write(d, form) for name, d in documents.items() for form in FORMS}
    parts = {"data": content}
    if not case.is_access:
        items = content["items"]
        parts["data"] = content | {"items": [i for i in items if i["ruling"] == "schedule"]}
        if apart is not None:
            parts["sensitive-for-the-prosecutor-alone"] = content | {
                "items": [i for i in items if i["ruling"] == "sensitive"]
            }
    for name, part in parts.items():
        out[f"{name}.json"] = (json.dumps(part, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(out.items()))
    return out | {"SHA256SUMS": sums.encode()}


def packed(case: Case, released: Step) -> bytes:
    """One ZIP file."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files_of(case, released).items()):
            archive.writestr(zipfile.ZipInfo(name, STAMP), data, zipfile.ZIP_DEFLATED)
    return held.getvalue()
