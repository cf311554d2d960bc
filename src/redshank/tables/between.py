"""What the stages hand to each other.

``record_key`` is ``record_type:record_ref`` and joins everything. The first five tables are the *current
view*: the version of each record, and the rows of people, vehicles and phones that belong to it, as they
were known at a time (``records.current``). All times are UTC, microseconds.
"""

from __future__ import annotations

from redshank.tables.findings import STATUSES
from redshank.tables.model import Table, columns


def _t(name: str, doc: str, spec: str, key: tuple[str, ...] = ()) -> Table:
    return Table(name, doc, columns(spec), key)


_ALL = [
    # ---- records -------------------------------------------------------------------------------
    _t(
        "records",
        "one version of one record of any of the nine keyed extracts, standardised",
        """
record_key : record_type:record_ref
record_type : name of the record's table
record_ref : key of the record
delivery : delivery that brought this version
delivery_no whole : its number, in order of loading
row whole : row in that delivery's file, the first data row is 1
content_hash : hash of the row as received; equal versions have equal hashes
own_at time : the table's own time (recorded_at, received_at, …); empty for premises
known_at time : when this version is known (first version: own time; later: its delivery's time)
event_at time : when it happened (occurred_from, missing_from_at, …), else own_at
text : narrative or log, exactly as received
source_origin : public, police or partner
district : police district
beat : neighbourhood beat
location : where, in words (missing_from for a missing episode, origin for a line, address for premises)
postcode : standardised postcode of the place
latitude real : WGS 84
longitude real : WGS 84
occurred_from time : crimes
occurred_to time : crimes
offence_code : crimes, custody
offence : crimes, custody
status : crimes; county lines (closed list there)
outcome : crimes
flags : crimes, pipe-joined
opening_code : incidents
closing_code : incidents
risk : missing episodes
missing_from_at time : missing episodes
returned_at time : missing episodes; empty while later than as-of
found_at_location : missing episodes
found_postcode : missing episodes, standardised
found_latitude real : missing episodes
found_longitude real : missing episodes
return_interview_offered_at time : missing episodes; empty while later than as-of
return_interview_at time : missing episodes; empty while later than as-of
list : vulnerability entries
reason : vulnerability entries, free text
source_evaluation : intelligence, 1 to 3
intelligence_assessment : intelligence, A to E
handling : intelligence, P or C
station : custody
released_at time : custody; empty while later than as-of
agency : partner referrals
category : partner referrals
name : county lines, premises
kind : premises
phone : county lines, E.164 where it parses
opened_on date : county lines
known_sexual_exploitation : county lines: known, suspected, not known
force_score real : county lines
force_band : county lines
""",
        ("record_key",),
    ),
    _t(
        "appearances",
        "one row of an extract's people table: a record names a person",
        """
appearance_id whole : 63-bit hash of record_key, the row's content and its place among equal rows; the same when the row is delivered again
record_key : record that names the person
record_type : name of the record's table
record_ref : key of the record
delivery : delivery that brought the row
delivery_no whole : its number
row whole : row in that delivery's people table
known_at time : when this row is known
role : closed list of the contract
local_person_id : the source system's own id
forenames : as recorded
surname : as recorded
also_known_as : as recorded, pipe-joined
sex : F, M, X or empty
date_of_birth date : as recorded
address : as recorded
postcode : standardised
phone : E.164 where it parses, else digits
online_handle : folded to lower case, without leading @
care_status : as recorded
relationship : as recorded
ethnicity_self_defined : as recorded; measured for completeness, never a feature
ethnicity_officer_defined : as recorded; measured for completeness, never a feature
nationality : as recorded; measured for completeness, never a feature
disability : as recorded; never a feature
fore_std : forenames folded to [A-Z ]
first_std : first forename, folded
sur_std : surname folded to [A-Z ]
aka_std : other names folded, pipe-joined
dob_placeholder bool : a birth date that systems fill in when none is known (1 January, 1900-01-01)
address_std : house number and street, folded upper case
local_key : record_type|local_person_id, the id within its system; empty without one
""",
        ("appearance_id",),
    ),
    _t(
        "vehicles",
        "one row of an extract's vehicles table",
        """
record_key : record that names the vehicle
delivery_no whole : delivery
known_at time : when this row is known
role : open list
vrm : registration mark, upper case letters and digits only
make : as recorded
model : as recorded
colour : as recorded
""",
    ),
    _t(
        "phones",
        "one row of an extract's phones table",
        """
record_key : record that names the number
delivery_no whole : delivery
known_at time : when this row is known
role : open list
number : E.164 where it parses, else digits
""",
    ),
    _t(
        "quarantine",
        "one row that could not be taken (also a finding)",
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
    _t(
        "resends",
        "one delivery of one record key: tells which rows of people, vehicles, phones are current",
        """
record_key : the record
delivery_no whole : the delivery that brought it
known_at time : when this arrival is known
changed bool : a new version (false: identical to the version before)
people bool : the delivery had a people table, so earlier people rows are replaced
vehicles bool : likewise
phones bool : likewise
""",
    ),
    _t(
        "measures",
        "one column of one table of one delivery, in counts: what the report on sources compares",
        """
delivery : the delivery
delivery_no whole : its number
table : table of the delivery
part : empty for all rows; for ethnicity and nationality also the person's role
column : our column; ethnicity_either for ethnicity in one way or the other
rows whole : rows that could be read
filled whole : of these, with something recorded; a code for "not stated" is not, where ethnicity or nationality is meant
unknown whole : of these, with a code that the closed list or the mapping does not know
newest time : latest own time of the table's rows that can be taken
problem : empty; else why rows were listed in quarantine, and ``rows`` is how many (column: their first failing one)
""",
    ),
    # ---- signals -------------------------------------------------------------------------------
    _t(
        "signals",
        "one indicator found in one record, by text or by a single row's fields",
        f"""
record_key : the record
record_type : name of the record's table
record_ref : key of the record
indicator : one of the contract's, or one of ours
status : {{{STATUSES}}} how the text puts it
start whole : offset in characters of the record's text; empty for a field
end whole : half open
text : words found
rule : id of the rule; pattern:… where identity was needed; field:… for a structured field
signal_id : hash of record, indicator, offsets and rule
""",
        ("signal_id",),
    ),
    _t(
        "language",
        "one phrase that blames or diminishes a child",
        """
record_key : the record
record_type : name of the record's table
record_ref : key of the record
start whole : offset in characters
end whole : half open
text : words found
reason : why it harms, in words
alternative : what to write or ask instead
quoted bool : inside a direct quotation
rule : id of the rule
severity : H, M or L
alternative_kind : reword or ask
""",
    ),
    _t(
        "mentions",
        "a phone, vehicle, handle, e-mail, postcode, premises, birth date or person that stands in a text",
        """
record_key : the record
kind : phone, vehicle, handle, email, postcode, premises, birth_date, person, described
start whole : offset in characters
end whole : half open
text : words found
value : normalised as the matching column is (E.164, VRM, folded handle, postcode, ISO date, premises_ref, folded name)
first_std : person: first forename, folded; empty where only a surname or street name stands
sur_std : person: surname, folded
nickname bool : person: a street name or nickname
age whole : person, described: age in years where the text says so
negated bool : the sentence says it was not this
near_role : person: child, adult, or empty, as the words around say
""",
    ),
    # ---- identity ------------------------------------------------------------------------------
    _t(
        "pairs",
        "two appearances that may be one person, scored",
        """
a whole : smaller appearance_id
b whole : larger appearance_id
score whole : milli-bits of match weight; the decision compares integers only
why : levels per comparison, as name=level|name=level
""",
    ),
    _t(
        "person_of",
        "which person an appearance is",
        """
appearance_id whole : the appearance
record_key : its record
component whole : smallest appearance_id of the raw connected component (before cuts)
person_id : the person
probability real : how sure the link to this person is
""",
        ("appearance_id",),
    ),
    _t(
        "mention_links",
        "a person named only in a text, linked to a known person",
        """
record_key : the record whose text names the person
start whole : offset of the mention
end whole : half open
person_id : the known person
probability real : how sure
why : what agreed, in words
""",
    ),
    _t(
        "persons",
        "what is known of a person, over all current appearances",
        """
person_id : the person
forenames : most frequent spelling
surname : most frequent spelling
date_of_birth date : most frequent that is no placeholder
sex : most frequent
appearances whole : how many
first_known_at time : earliest appearance
""",
        ("person_id",),
    ),
    # ---- networks ------------------------------------------------------------------------------
    _t(
        "links",
        "a person (or unidentified node) touches a context in a record",
        """
context : kind:value, e.g. phone:+447700900001, vehicle:AB12CDE, child:p-…, premises:P1, record:crimes:C1
context_kind : phone, vehicle, handle, email, premises, address, child, record, line
node : person_id or unidentified-…
record_key : the record that shows it
at time : event time of the record
role : role in the record, or mentioned
source : field or text
weight whole : per mille, by grade of the record and status of its signals
""",
    ),
    _t(
        "ties",
        "two nodes share a context",
        """
a : smaller node
b : larger node
tie : kind of tie
context : the context shared
weight whole : per mille, by rarity and grade
first_at time : earliest record
records : JSON list of record_keys
""",
    ),
    _t(
        "group_members",
        "one member of one candidate group (without what the ledger adds)",
        """
group_id : the group
person_id : person or unidentified-…
role : suspect or child
strength whole : per mille
first_evidence_at time : earliest evidence
detected_on date : from the ledger
basis : recorded, proposed, confirmed
part : direct, introducer, transport, premises, payment, unknown
identified bool : false for unidentified-…
also_named_as_suspect bool : child whom a record names as suspect
kind : candidate or registered_line
sentence : why, full
sentence_without_c : why, without any handling C evidence; empty where nothing is left
hangs_on : the single tie
""",
    ),
    _t(
        "group_evidence",
        "one reason why two members are tied",
        """
group_id : the group
person_a : smaller id
person_b : larger id
tie : what ties them
record_type : name of the record's table
record_ref : key of the record
""",
    ),
    # ---- ledger --------------------------------------------------------------------------------
    _t(
        "person_ledger",
        "every person id ever given, and what became of it; input to every night, never shrinks",
        """
person_id : the id
anchor whole : appearance_id of its earliest appearance when it was given
since_run whole : run that gave it
merged_into : id that took it over
split_from : id it was split from
""",
        ("person_id",),
    ),
    _t(
        "group_ledger",
        "every group id ever given; holds the day of detection",
        """
group_id : the id
suspects : sorted person_ids, pipe-joined, as last seen
detected_on date : day the night first proposed it
since_run whole : run that gave it
merged_into : id that took it over
dismissed bool : a person dismissed it
""",
        ("group_id",),
    ),
    _t(
        "judgements",
        "what people decided; keyed by appearances so that they outlive a split",
        """
judgement_id : id
kind : same, not_same, dismiss_group, confirm_group, line_known, line_refuted
a_record_type : first appearance
a_record_ref : first appearance
a_row whole : first appearance
b_record_type : second appearance
b_record_ref : second appearance
b_row whole : second appearance
group_id : for judgements on groups
by : who
at time : when
reason : why
withdrawn_at time : when taken back
line_ref : for a word on a county line's use of sexual exploitation
handling : C where the word rests on a report of handling C
""",
        ("judgement_id",),
    ),
]

BETWEEN: dict[str, Table] = {t.name: t for t in _ALL}
