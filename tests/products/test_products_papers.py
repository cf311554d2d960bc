"""A document in its forms: the same bytes each time, readable by everybody, and nothing in it taken for a formula or markup."""

from __future__ import annotations

import csv
import io
import re
import zipfile

import pytest
from docx import Document as Word
from openpyxl import load_workbook
from pypdf import PdfReader

from redshank.products.document import Chart, Document, Section, Table, Text, say, table
from redshank.products.papers import FORMS, drawing, write

ODD = "=1+1 <b>Łukasz & Żółć</b> #strong \x0b {{ field }}"


def made(text: str = "Plain words.") -> Document:
    rows = [["Northmoor", "12"], [text, "3"]]
    chart = drawing.bars("Crimes, as a chart", [("Northmoor", 12), ("Southmoor", 3)], "district", "crimes")
    parts = (
        *say(text),
        Text("nobody asked.", "gap"),
        Text("A judgement.", "author", by="A. Author, Analyst"),
        table("Crimes", ["District", "Crimes"], rows),
        chart,
    )
    return Document(
        "A profile",
        "OFFICIAL-SENSITIVE",
        "As recorded up to 1 April 2026, 05:10.",
        "Own edition.",
        (Section("1 First", parts), Section("Smaller", say("x"), level=3)),
    )


def said(data: bytes, form: str) -> str:
    if form == "pdf":
        return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    if form == "docx":
        word = Word(io.BytesIO(data))
        cells = [c.text for t in word.tables for row in t.rows for c in row.cells]
        return " ".join([p.text for p in word.paragraphs] + cells)
    if form == "xlsx":
        return " ".join(
            str(c.value)
            for sheet in load_workbook(io.BytesIO(data))
            for row in sheet.iter_rows()
            for c in row
            if c.value is not None
        )
    return data.decode("utf-8-sig")


@pytest.mark.parametrize("form", FORMS)
def test_the_same_document_gives_the_same_bytes(form):
    assert write(made(), form) == write(made(), form)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_holds_title_marking_time_texts_and_numbers_and_says_what_is_not_known_and_whose_words_are_whose(
    form,
):
    data = write(made(), form)
    text = re.sub(r"\s+", " ", said(data, form))
    for words in (
        "A profile",
        "1 First",
        "As recorded up to 1 April 2026",
        "Northmoor",
        "12",
        "A judgement.",
    ):
        assert words in text, (form, words)
    if form != "csv":
        assert "Not known: nobody asked." in text or form == "xlsx"
        assert "A. Author, Analyst" in text


@pytest.mark.parametrize("form", FORMS)
def test_whatever_somebody_typed_a_document_is_written(form):
    assert write(made(ODD), form)


def test_a_workbook_and_a_list_take_no_text_for_a_formula():
    book = load_workbook(io.BytesIO(write(made("=HYPERLINK(1)"), "xlsx")))
    cells = [
        c
        for sheet in book
        for row in sheet.iter_rows()
        for c in row
        if isinstance(c.value, str) and "HYPERLINK" in c.value
    ]
    assert cells
    assert all(c.data_type == "s" for c in cells)
    rows = list(csv.reader(io.StringIO(write(made("=HYPERLINK(1)"), "csv").decode("utf-8-sig"))))
    assert [r for r in rows if any("HYPERLINK" in c for c in r)]
    assert not [c for r in rows for c in r if c[:1] in ("=", "+", "@")]
    assert {c.value for c in book["Crimes"]["B"]} == {"Crimes", 12, 3}  # numbers are numbers


def test_word_has_headings_in_order_a_repeated_head_and_the_charts_alternative_text():
    data = write(made(), "docx")
    word = Word(io.BytesIO(data))
    assert [p.style.name for p in word.paragraphs if p.style.name.startswith("Heading")] == [
        "Heading 1",
        "Heading 2",
        "Heading 3",
    ]
    xml = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
    assert "w:tblHeader" in xml
    assert 'descr="Bars of crimes by district: 2 in all; highest Northmoor with 12' in xml
    assert word.sections[0].header.paragraphs[0].text == "OFFICIAL-SENSITIVE"


def test_pdf_is_tagged_names_its_language_and_says_that_it_is_accessible():
    data = write(made(), "pdf")
    root = PdfReader(io.BytesIO(data)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("en")
    assert "/StructTreeRoot" in root
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()


def test_html_needs_nothing_beside_it_and_escapes_what_was_typed():
    text = write(made("<script>alert(1)</script>"), "html").decode()
    assert "<script>" not in text
    assert not re.findall(r'(?:src|href)="(?!data:)', text)


def test_a_table_whose_row_is_too_short_is_no_table():
    with pytest.raises(ValueError, match="not as long as its head"):
        Table("t", ("a", "b"), (("1",),))


def test_a_chart_is_drawn_without_a_browser_and_the_same_each_time():
    chart = drawing.months("c", [("2026-01", 3), ("2026-02", 9)], "crimes")
    assert isinstance(chart, Chart)
    assert drawing.svg(chart).startswith("<svg")
    assert drawing.png(chart)[:4] == b"\x89PNG"
    assert "from 2026-01 to 2026-02" in chart.alt


# ---- as a reader sees it -------------------------------------------------------------------------


def wide() -> Document:
    rows = [["Ostrelby", "12", ""], ["Saltreach", "fewer than 5", "told"]]
    long = [["Who it is", "word " * 60, "3"]]
    return Document("Title", "OFFICIAL", "As recorded on 2 April 2026.", "Of.", (
        Section("Counts", (table("Counts", ["District", "Crimes", "Paper"], rows), table("Another", ["What", "Why", "Records"], long), Text("limits.", "unwritten"), Text("It is.", "gap"), Text("names.", "held"))),
    ))  # fmt: skip


def test_a_column_is_as_wide_as_what_stands_in_it_and_a_table_no_wider_than_the_page():
    from redshank.products.papers.columns import PAGE, is_small, may_break, numbers, widths

    short, long = [p for _, p in wide().parts() if hasattr(p, "rows")]
    assert numbers(short) == [False, True, False]
    assert sum(widths(short)) < PAGE / 2  # a number stands near what it counts
    assert sum(widths(long)) == pytest.approx(PAGE, abs=0.2)
    assert widths(long)[1] > 4 * widths(long)[2]
    assert is_small(short)
    assert not may_break(short)
    words = ["Neighbourhood and community officers", "e6474d3f1f10", "Recommendation"]
    for n, w in enumerate(widths(table("", words, [words]))):
        assert w > 0.17 * max(map(len, words[n].split()))  # no word is cut


def test_a_word_file_numbers_its_pages_keeps_rows_whole_and_tells_no_heading_twice():
    with zipfile.ZipFile(io.BytesIO(write(wide(), "docx"))) as parts:
        body, foot = parts.read("word/document.xml").decode(), b"".join(parts.read(n) for n in parts.namelist() if "footer" in n).decode()  # fmt: skip
    assert "NUMPAGES" in foot
    assert "OFFICIAL" in foot
    assert body.count("cantSplit") == 5  # each row of both tables, their heads too
    assert body.count(">Counts<") == 1
    assert body.count(">Another<") == 1
    assert body.count("tblHeader") == 2


def test_what_is_no_finding_says_what_it_is_in_every_form():
    told = "\n".join(p.text for p in Word(io.BytesIO(write(wide(), "docx"))).paragraphs)
    html = write(wide(), "html").decode()
    sheet = load_workbook(io.BytesIO(write(wide(), "xlsx"))).worksheets[0]
    book = "\n".join(str(r[0].value or "") for r in sheet.iter_rows())
    for said in ("Not written yet: limits.", "Not known: it is.", "Not in this edition: names."):
        assert said in told
        assert said in html
        assert said in book


def test_a_printed_sheet_has_its_marking_as_at_when_and_its_page_and_every_row_is_high_enough():
    book = load_workbook(io.BytesIO(write(wide(), "xlsx")))
    for sheet in book.worksheets:
        assert sheet.oddHeader.center.text == "OFFICIAL. As recorded on 2 April 2026."
        assert "page &P of &N" in sheet.oddFooter.center.text
        assert sheet.page_setup.fitToWidth == 1
    assert book["Another"].row_dimensions[2].height >= 60


def test_a_chart_shows_the_numbers_of_its_table_and_none_where_one_bar_is_left():
    from redshank.products.build import parts_of
    from redshank.products.disclosure import all_exact, guarded
    from redshank.products.figures import Cell, Figure, Grid

    def figure(*counts: int) -> Figure:
        cells = {f"r{n}": Cell(c) for n, c in enumerate(counts)}
        return Figure("groups.districts", "Groups by district", "", cells, Grid(("District", "Groups"), tuple((f"D{n}", (f"r{n}",)) for n in range(len(counts))), chart="bars"))  # fmt: skip

    def bars(f: Figure, shown) -> list[int]:
        return [
            v["n"] for p in parts_of(f, shown([f])) if isinstance(p, Chart) for v in p.spec["data"]["values"]
        ]

    assert bars(figure(12, 6, 3), all_exact) == [12, 6, 3]
    assert bars(figure(12, 6, 3), guarded) == [10, 5]  # as its table has them, not between two bounds
    assert bars(figure(12, 3, 3), guarded) == []
    assert bars(figure(2, 1, 3), all_exact) == []
    told = parts_of(figure(0, 0, 0, 0), all_exact([figure(0, 0, 0, 0)]))
    assert [p.text for p in told] == ["Groups by district: 0 in each of 4 rows, from “D0” to “D3”."]
