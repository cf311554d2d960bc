"""A word on a county line among the judgements: what a file must say, and stores from before there was such a word."""

from __future__ import annotations

import dataclasses

import pytest

from redshank.errors import DeliveryRefused
from redshank.night import judgements
from redshank.store import Store

HEAD = "judgement_id,kind,by,at,reason,line_ref,handling"


def parsed(tmp_path, *rows, head=HEAD):
    path = tmp_path / "judged.csv"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return judgements.parse(path)


def test_a_word_names_its_line_and_may_rest_on_handling_c(tmp_path):
    (row,) = parsed(tmp_path, "j1,line_known,a,2026-05-01T09:00:00+00:00,seen,L-2,C")
    assert (row["line_ref"], row["handling"], row["group_id"]) == ("L-2", "C", None)


@pytest.mark.parametrize(("cells", "column"), [(",", "line_ref"), ("L-2,B", "handling")])
def test_a_word_without_a_line_or_with_another_handling_is_refused_by_column(tmp_path, cells, column):
    with pytest.raises(DeliveryRefused, match=f"row 1, column {column}"):
        parsed(tmp_path, f"j1,line_refuted,a,2026-05-01T09:00:00+00:00,seen,{cells}")


def test_judgements_that_were_kept_before_there_were_words_on_lines_are_read(tmp_path):
    (row,) = parsed(tmp_path, "j1,dismiss_group,a,2026-05-01,seen,g-1", head="judgement_id,kind,by,at,reason,group_id")  # fmt: skip
    rows = judgements.SCHEMA.empty_table().from_pylist([row], schema=judgements.SCHEMA)
    store = Store.open(tmp_path / "home", create=True)
    with store.writing():
        manifest = dataclasses.replace(store.manifest, tables=dict(store.manifest.tables))
        manifest.tables[judgements.AREA] = [store.put(judgements.AREA, rows.drop_columns(["line_ref", "handling"]))]  # fmt: skip
        store.commit(manifest)
    assert judgements.read(store).equals(rows)
