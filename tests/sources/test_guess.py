"""A proposal: what names and values say, on small exports made by hand; the three whole ones are in tests/night/test_connect.py."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tomllib
from pathlib import Path

import openpyxl
import pytest

from redshank.errors import DeliveryRefused, UsageError
from redshank.sources import load_mapping, open_delivery, read
from redshank.sources.csvfile import read_csv
from redshank.sources.guess.draft import draft, questions
from redshank.sources.guess.names import tokens
from redshank.sources.guess.tables import propose
from redshank.sources.guess.values import dates_of
from redshank.sources.mapping import parse_mapping
from redshank.sources.sniff import sniff
from redshank.sources.unknown import look


def write(path: Path, head: str, *rows: str, encoding: str = "utf-8") -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join([head, *rows]) + "\n", encoding=encoding)
    return path


def proposed(folder: Path, like: str = "standard"):
    """The draft of an export, and the mapping that it is."""
    text = draft(propose(look(folder), load_mapping(like)), "mine")
    return text, parse_mapping(text, "mine.toml")


def calls(folder: Path, count: int = 40) -> Path:
    rows = [
        f"J{n};{n % 28 + 1:02}/03/2026 22:{n % 60:02};T{n % 4};Ashdene;LS{n % 9 + 1} {n % 9}AB;The caller says that a car waited outside the shop again number {n};0770090{n:04}"
        for n in range(count)
    ]
    return write(
        folder / "calls_20260331.csv", "Job No;Rcvd;Type at open;LPA;PCode;Running Log;Caller Tel", *rows
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("DT_REC", ("date", "recorded")),
        ("dateOfBirth", ("date", "birth")),
        ("RHICompleted", ("return", "home", "interview", "completed")),
        ("Post Code", ("post", "code")),
        ("the", ("the",)),
    ],
)
def test_words_of_a_name(name, said):
    assert tokens(name) == said


@pytest.mark.parametrize(
    ("values", "formats", "either"),
    [
        (["14/03/2026 22:05", "01/02/2026 00:00"], ("%d/%m/%Y %H:%M",), False),
        (["01/02/2026", "03/04/2026"], ("%d/%m/%Y",), True),
        (["12/31/2026", "01/02/2026"], ("%m/%d/%Y",), False),
        (["20260314"], ("%Y%m%d",), False),
        (["14-Mar-2026 22:05:01", "1-Apr-2026 09:05:01"], ("%d-%b-%Y %H:%M:%S",), False),
        (["2026-03-14T22:05:00Z"], ("ISO",), False),
        (["14/03/2026 22:05", "15/03/2026"], ("%d/%m/%Y", "%d/%m/%Y %H:%M"), False),
        (["Mr Ashdene", "31 Barley Way", "call 2026"], (), False),
    ],
)
def test_how_dates_are_written(values, formats, either):
    found = dates_of(values)
    assert set(found.formats) == set(formats)
    assert found.either is either


def test_dates_that_no_mapping_reads_say_what_is_in_the_way():
    assert "two digits" in dates_of(["14/03/26", "01/02/25"]).hindrance
    assert "twelve" in dates_of(["14/03/2026 10:05 PM", "01/02/2026 1:00 am"]).hindrance


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "windows-1252", "utf-8-sig"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_how_a_text_file_is_written_is_found(encoding, delimiter):
    rows = [
        ["Ref", "Name", "Text"],
        *([f"R{n}", "Zoë", f'a "quoted", and; a | and\tmore {n}'] for n in range(30)),
    ]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    data = text.getvalue().encode(encoding)
    found = read_csv(data, "x.csv", *sniff(data), None)
    assert found.header == rows[0]
    assert found.rows.column("Name").to_pylist() == ["Zoë"] * 30


def test_a_row_of_broken_bytes_makes_no_other_encoding():
    good = "Zoë;1\n".encode() * 50
    assert sniff(b"a;b\n" + good + b"Zo\xeb;1\n")[0] == "utf-8"
    assert sniff(b"a;b\n" + b"Zo\xeb;1\n" * 50)[0] == "windows-1252"


def test_a_wide_file_of_calls_gives_incidents_and_phones(tmp_path):
    calls(tmp_path / "in")
    text, mapping = proposed(tmp_path / "in")
    assert mapping.delimiter == ";"
    incidents, phones = mapping.tables["incidents"], mapping.tables["phones"]
    assert incidents.file == phones.file == "calls_*"
    assert incidents.columns == {
        "incident_ref": "Job No", "received_at": "Rcvd", "opening_code": "Type at open", "district": "LPA", "postcode": "PCode",
        "log": "Running Log",
    }  # fmt: skip
    assert incidents.formats["received_at"] == ("%d/%m/%Y %H:%M",)
    assert phones.columns == {"record_ref": "Job No", "number": "Caller Tel"}
    assert phones.constants == {"record_type": "incidents", "role": "caller"}
    assert questions(text) == []


def test_every_proposal_says_why_and_how_sure(tmp_path):
    calls(tmp_path / "in")
    text, _ = proposed(tmp_path / "in")
    for line in text.splitlines():
        if line.endswith('"') or " = " not in line:
            continue
        if '= "' in line and not line.startswith(("name", "doc", "encoding", "delimiter", "file")):
            assert any(word in line for word in ("# sure:", "# likely:", "# unsure:")), line


def test_a_table_without_its_key_is_valid_asks_and_loads_nothing(tmp_path):
    write(
        tmp_path / "in" / "custody.csv",
        "Arrest Date,Suite,Grounds",
        *(["14/03/2026 22:05,Ashdene,Arrested after a long disturbance in the town centre"] * 20),
    )
    text, mapping = proposed(tmp_path / "in")
    assert tomllib.loads(text)["tables"]["custody"]["columns"]["custody_ref"] == "TODO"
    assert any("custody record's number" in q.text for q in questions(text))
    with (
        open_delivery(tmp_path / "in", mapping) as delivery,
        pytest.raises(DeliveryRefused, match="no column TODO"),
    ):
        read(delivery)


def test_a_file_that_is_nothing_of_ours_is_asked_about(tmp_path):
    write(
        tmp_path / "in" / "canteen.csv", "Dish,Price", *([f"Soup of the day {n},{n}.50" for n in range(20)])
    )
    text, _ = proposed(tmp_path / "in")
    assert any("canteen.csv" in q.text for q in questions(text))


def test_a_code_that_is_none_of_ours_is_asked_about_with_its_rows(tmp_path):
    risks = ["H", "M", "L", "Purple"]
    rows = [f"E{n},{n % 28 + 1:02}/03/2026 22:05,{risks[n % 4]},1 Barley Way" for n in range(40)]
    write(tmp_path / "in" / "missing persons.csv", "Episode No,Reported,Risk grade,Missing from", *rows)
    text, mapping = proposed(tmp_path / "in")
    assert mapping.tables["missing_episodes"].codes["risk"] == {"h": "high", "m": "medium", "l": "low"}
    (asked,) = questions(text)
    assert '"Purple" (10 rows)' in asked.text


def test_a_wide_file_with_persons_in_two_parts_gives_the_first_and_asks_about_the_other(tmp_path):
    rows = [
        f"OF{n},{n % 28 + 1:02}/03/2026 22:05,Theft,Harry,Barker,Amy,Wood,0770090{n:04}" for n in range(40)
    ]
    head = "Crime Ref,Created,Offence,Victim Forename,Victim Surname,Suspect Forename,Suspect Surname,Suspect Tel"
    write(tmp_path / "in" / "offences_with_people.csv", head, *rows)
    text, mapping = proposed(tmp_path / "in")
    assert mapping.tables["crimes"].columns["crime_ref"] == "Crime Ref"
    people = mapping.tables["people"]
    assert people.columns == {
        "record_ref": "Crime Ref", "forenames": "Suspect Forename", "surname": "Suspect Surname", "phone": "Suspect Tel",
    }  # fmt: skip
    assert people.constants == {"record_type": "crimes", "role": "suspect"}
    assert any("persons as victim (Victim Forename, Victim Surname)" in q.text for q in questions(text))


def test_whole_names_in_one_column_are_asked_about(tmp_path):
    rows = [
        f'CR{n},{n % 28 + 1:02}/03/2026 22:05,"BARKER, Harry",0{n % 9 + 1}/05/19{n + 50}' for n in range(40)
    ]
    write(tmp_path / "in" / "custody.csv", "Custody Ref,Arrest Date,DP Name,DP DOB", *rows)
    text, mapping = proposed(tmp_path / "in")
    assert "forenames" not in mapping.tables["people"].columns
    assert mapping.tables["people"].constants["role"] == "detained"
    assert any("surname and forenames stand in one column" in q.text for q in questions(text))


def test_bare_codes_of_an_open_list_are_told_and_ask_nothing(tmp_path):
    rows = [f"{'3' + str(n)},{n % 28 + 1:02}/03/2026 22:05,0{n % 3}" for n in range(40)]
    write(tmp_path / "in" / "crimes.csv", "Crime No,Date recorded,Status", *rows)
    text, mapping = proposed(tmp_path / "in")
    assert '# status passes as it is: "00" (14), "01" (13), "02" (13)' in text
    assert "status" not in mapping.tables["crimes"].codes
    assert questions(text) == []


def test_a_links_kind_is_known_by_the_keys_that_its_codes_stand_beside(tmp_path):
    calls(tmp_path / "in")
    rows = [f"E{n},{n % 28 + 1:02}/03/2026 22:05,low,1 Barley Way" for n in range(40)]
    write(
        tmp_path / "in" / "missing.csv",
        "Episode No;Reported;Risk grade;Missing from".replace(";", ","),
        *rows,
    )
    rows = [
        f"{'QJ'[n % 2]},{('J' if n % 2 else 'E') + str(n)},Barker,Harry,1 Barley Way,{1950 + n % 50}-01-02"
        for n in range(40)
    ]
    write(tmp_path / "in" / "nominals.csv", "Shelf,Parent,Last Name,First Name,Home Address,DOB", *rows)
    _, mapping = proposed(tmp_path / "in")
    people = mapping.tables["people"]
    assert people.columns["record_type"] == "Shelf"
    assert people.codes["record_type"] == {"j": "incidents", "q": "missing_episodes"}
    assert (people.columns["surname"], people.columns["forenames"]) == ("Last Name", "First Name")


def test_names_and_codes_of_another_mapping_count_as_known(tmp_path):
    rows = [f"K{n},{n % 28 + 1:02}/03/2026 22:05,{'ZQ'[n % 2]}" for n in range(40)]
    write(tmp_path / "in" / "missing.csv", "Wref,Xwhen,Grrd", *rows)
    other = tmp_path / "other.toml"
    other.write_text(
        "[tables.missing_episodes.columns]\nepisode_ref = 'Wref'\nreported_at = 'Xwhen'\nrisk = 'Grrd'\n"
        "[tables.missing_episodes.codes.risk]\nZ = 'high'\nQ = 'low'\n"
    )
    _, plain = proposed(tmp_path / "in")
    assert "missing_episodes" not in plain.tables
    _, like = proposed(tmp_path / "in", str(other))
    assert like.tables["missing_episodes"].columns == {
        "episode_ref": "Wref",
        "reported_at": "Xwhen",
        "risk": "Grrd",
    }
    assert like.tables["missing_episodes"].codes["risk"] == {"z": "high", "q": "low"}


def test_typed_cells_of_a_workbook(tmp_path):
    (tmp_path / "in").mkdir()
    book = openpyxl.Workbook()
    book.active.append(["Custody record", "Arrest time", "Suite", "Circumstances of arrest"])
    for n in range(30):
        book.active.append(
            [
                n + 500,
                dt.datetime(2026, 3, 1 + n % 28, 22, 5),
                "Ashdene",
                f"Detained after a long disturbance in the town centre {n}",
            ]
        )
    book.save(tmp_path / "in" / "detentions.xlsx")
    _, mapping = proposed(tmp_path / "in")
    assert mapping.tables["custody"].columns == {
        "custody_ref": "Custody record", "arrested_at": "Arrest time", "station": "Suite", "narrative": "Circumstances of arrest",
    }  # fmt: skip


def test_a_draft_of_awkward_names_is_valid(tmp_path):
    """Names with quotes, backslashes and line breaks, and a code that looks like TOML."""
    rows = [f'E{n},{n % 28 + 1:02}/03/2026 22:05,"x"" = 1 # TODO: no"' for n in range(40)]
    write(tmp_path / "in" / "missing.csv", '"Episode \\ No","Reported ""at""","Risk\ngrade"', *rows)
    text, mapping = proposed(tmp_path / "in")
    columns = mapping.tables["missing_episodes"].columns
    assert columns["episode_ref"] == "Episode \\ No"
    assert columns["reported_at"] == 'Reported "at"'
    assert tomllib.loads(text)


def test_a_file_alone_and_none_and_another_kind(tmp_path):
    path = calls(tmp_path / "in")
    assert [f.file for f in look(path)] == ["calls_20260331.csv"]
    with pytest.raises(UsageError, match="no "):
        look(tmp_path / "none")
    (tmp_path / "in" / "x.txt").write_text("a")
    with pytest.raises(DeliveryRefused, match="no table"):
        look(tmp_path / "in" / "x.txt")
    assert [f.file for f in look(tmp_path / "in")] == ["calls_20260331.csv"]


# ---- a column that was renamed ----------------------------------------------------------------------

MAPPING = """
delimiter = ";"
times = ["%d/%m/%Y %H:%M"]
[tables.incidents]
file = "calls_*"
[tables.incidents.columns]
incident_ref = "Job No"
received_at = "Rcvd"
district = "LPA"
log = "Running Log"
"""


def renamed(tmp_path, old: str, new: str):
    path = calls(tmp_path / "in")
    path.write_text(path.read_text().replace(old, new, 1))
    with open_delivery(tmp_path / "in", parse_mapping(MAPPING, "mine.toml")) as delivery:
        return read(delivery)["incidents"]


def test_a_renamed_column_is_named_with_the_line_that_mends_it(tmp_path):
    (missing,) = renamed(tmp_path, "Rcvd", "Date Received").missing
    assert (missing.ours, missing.theirs, missing.likely) == ("received_at", "Rcvd", "Date Received")
    assert missing.line == '[tables.incidents.columns] received_at = "Date Received"'


def test_a_renamed_column_is_known_by_its_values_alone(tmp_path):
    (missing,) = renamed(tmp_path, "Rcvd", "Zzz").missing
    assert missing.likely == "Zzz"
    assert "only this one fits" in missing.because


def test_a_column_that_went_away_is_named_without_a_guess(tmp_path):
    path = calls(tmp_path / "in")
    rows = list(csv.reader(path.open(), delimiter=";"))
    place = rows[0].index("Rcvd")
    path.write_text("\n".join(";".join(c for i, c in enumerate(row) if i != place) for row in rows) + "\n")
    with open_delivery(tmp_path / "in", parse_mapping(MAPPING, "mine.toml")) as delivery:
        (missing,) = read(delivery)["incidents"].missing
    assert (missing.theirs, missing.likely) == ("Rcvd", "")


def test_a_renamed_key_refuses_with_the_line(tmp_path):
    with pytest.raises(DeliveryRefused) as error:
        renamed(tmp_path, "Job No", "Call reference")
    assert '[tables.incidents.columns] incident_ref = "Call reference"' in error.value.advice


def test_no_name_is_told_of_a_header_that_may_be_somebodys_data(tmp_path):
    """Without a header row the first row is one: its cells are nobody's column names, however well the rest would fit."""
    rows = [f"Secretname{n};01/03/2026 22:0{n % 4};Ashdene" for n in range(40)]
    write(tmp_path / "in" / "calls_1.csv", rows[0], *rows[1:])
    with (
        open_delivery(tmp_path / "in", parse_mapping(MAPPING, "mine.toml")) as delivery,
        pytest.raises(DeliveryRefused) as error,
    ):
        read(delivery)
    assert "Secretname" not in str(error.value)
    assert "22:0" not in str(error.value)


def test_a_file_without_a_header_row_is_left_and_nothing_of_it_is_told(tmp_path):
    rows = [f"Secretname{n};0{n % 9 + 1}/03/2026;Ashdene" for n in range(40)]
    write(tmp_path / "in" / "calls.csv", rows[0], *rows[1:])
    text, _ = proposed(tmp_path / "in")
    assert "export it with a header row" in text
    assert "Secretname" not in text


def test_under_our_own_names_only_a_look_alike_is_told(tmp_path):
    write(tmp_path / "in" / "crimes.csv", "crime_ref,recorded_at,offence", "C1,2026-01-01T10:00:00Z,Theft")
    with open_delivery(tmp_path / "in", load_mapping("standard")) as delivery:
        assert read(delivery)["crimes"].missing == []
    write(tmp_path / "in" / "crimes.csv", "crime_ref,date_recorded,offence", "C1,2026-01-01T10:00:00Z,Theft")
    with open_delivery(tmp_path / "in", load_mapping("standard")) as delivery:
        assert [(m.ours, m.likely) for m in read(delivery)["crimes"].missing] == [
            ("recorded_at", "date_recorded")
        ]
