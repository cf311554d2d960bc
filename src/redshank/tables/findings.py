"""What goes out: the tables of ``redshank findings export``. Stable: add columns at the end, never rename."""

from __future__ import annotations

from redshank.tables.model import Table, columns


def _t(name: str, doc: str, spec: str, key: tuple[str, ...] = ()) -> Table:
    return Table(name, doc, columns(spec), key)


STATUSES = "affirmed|negated|hypothetical|reported_speech|historic"

_ALL = [
    _t(
        "signals",
        "one indicator found in one record",
        f"""
record_type : name of the record's table
record_ref : key of the record
indicator : which indicator
status : {{{STATUSES}}} how the text puts it
start whole : first character in the record's text; empty for a structured field
end whole : character after the last
text : the words found
rule : which rule found it; pattern:… where identity was needed
signal_id : hash of record, indicator, offsets and rule
""",
        ("signal_id",),
    ),
    _t(
        "language",
        "one phrase in one record that blames or diminishes a child",
        """
record_type : name of the record's table
record_ref : key of the record
start whole : first character in the record's text
end whole : character after the last
text : the words found
reason : why it harms
alternative : what to write or to ask instead
quoted bool : true where the record quotes somebody
""",
    ),
    _t(
        "people",
        "one appearance, resolved to a person",
        """
person_id : the person
delivery : delivery that holds the row
record_type : name of the record's table
record_ref : key of the record
row whole : row in that delivery's people table
probability real : how sure the link is
""",
    ),
    _t(
        "groups",
        "one person's membership of one candidate group",
        """
group_id : the group
person_id : the person, or unidentified-…
role : {suspect|child} proposed person of concern, or child
strength real : of the group, 0 to 1
first_evidence_at time : earliest evidence
detected_on date : day the night first proposed it
basis : {recorded|proposed|confirmed} who says so
part : {direct|introducer|transport|premises|payment|unknown} part taken
identified bool : false for a described person, vehicle, number or handle
also_named_as_suspect bool : a child whom a record names as suspect
kind : {candidate|registered_line} candidate, or a county line the register knows
sentence : why, in one sentence
hangs_on : the single tie without which the group would not stand
""",
    ),
    _t(
        "group_evidence",
        "one reason why two people are tied",
        """
group_id : the group
person_a : the smaller id
person_b : the larger id
tie : what ties them
record_type : name of the record's table
record_ref : key of the record
""",
    ),
    _t(
        "children",
        "one child in the vulnerability matrix",
        """
person_id : the child
as_of time : the night's time
score whole : orders a queue; shown to no practitioner beside a name
band : critical, significant, contextual
sexual_exploitation : signals of harm, signals of risk, none found in what was read
criminal_exploitation : signals of harm, signals of risk, none found in what was read
change_28_days whole : score now less score 28 days ago
reasons : JSON list of code, record_type, record_ref, text
""",
        ("person_id",),
    ),
    _t(
        "lines",
        "one county line in the risk matrix",
        """
line_ref : the line
as_of time : the night's time
score whole : orders a queue
band : band of the score
uses_sexual_exploitation : known, suspected, not known
reasons : JSON list of code, record_type, record_ref, text
""",
        ("line_ref",),
    ),
    _t(
        "places",
        "one place in the child vulnerability profile",
        """
h3 : cell, resolution 9
district : most frequent among its records
as_of time : the night's time
score whole : orders a queue
records whole : records counted
children whole : different children in them
""",
        ("h3",),
    ),
    _t(
        "quarantine",
        "one row that could not be taken",
        """
delivery : the delivery
file : file with ending
row whole : data row, the first is 1
column : first failing column
problem : in plain words
value : as received
kept bool : true where the row was kept with a neutral code
""",
    ),
]

FINDINGS: dict[str, Table] = {t.name: t for t in _ALL}
