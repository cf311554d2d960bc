"""What comes in: the plain tables that a force's systems and its partners already export.

Names, columns and closed lists are fixed with other tools. A closed list stands in braces.
"""

from __future__ import annotations

from redshank.tables.model import Table, columns

ROLES = "suspect|victim|witness|detained|missing|subject|associate|reporter|line_member|parent|carer|professional|other"
RISKS = "high|medium|low|very low|no apparent risk|absent"


def _t(name: str, doc: str, spec: str, key: str = "", own: tuple[str, ...] = ()) -> Table:
    return Table(name, doc, columns(spec), (key,) if key else (), own)


_ALL = [
    _t(
        "crimes",
        "recorded crimes (record management system)",
        """
crime_ref : the crime's number
recorded_at time : when the crime was recorded
occurred_from time : earliest time of the event
occurred_to time : latest time of the event
offence_code : Home Office offence code
offence : title of the offence
district : police district
beat : neighbourhood beat
location : where, in words
postcode : postcode of the place
latitude real : WGS 84 degrees
longitude real : WGS 84 degrees
status : of the investigation
outcome : outcome code or words
flags : flags, joined with a pipe sign
narrative : what happened, in words
""",
        "crime_ref",
        ("recorded_at",),
    ),
    _t(
        "incidents",
        "calls and incidents (command and control)",
        """
incident_ref : the incident's number
received_at time : when the call came
opening_code : type given on opening
closing_code : type given on closing
district : police district
beat : neighbourhood beat
location : where, in words
postcode : postcode of the place
latitude real : WGS 84 degrees
longitude real : WGS 84 degrees
log : the running log
""",
        "incident_ref",
        ("received_at",),
    ),
    _t(
        "missing_episodes",
        "missing episodes",
        f"""
episode_ref : the episode's number
reported_at time : when reported missing
missing_from_at time : since when missing
returned_at time : when found or back
risk : {{{RISKS}}} assessed risk
district : police district
missing_from : place missing from
found_at_location : place found at
found_postcode : postcode of the place found at
found_latitude real : WGS 84 degrees
found_longitude real : WGS 84 degrees
return_interview_offered_at time : when the return home interview was offered
return_interview_at time : when the return home interview was held
narrative : circumstances, in words
""",
        "episode_ref",
        ("reported_at",),
    ),
    _t(
        "vulnerability_entries",
        "entries of the vulnerability, victim, offender and location lists (VVOL)",
        """
entry_ref : the entry's number
entered_at time : when entered
list : {vulnerable|victim|offender|location} which list
district : police district
location : where, in words
postcode : postcode of the place
reason : why on the list
narrative : more, in words
""",
        "entry_ref",
        ("entered_at",),
    ),
    _t(
        "intelligence",
        "intelligence reports (3x5x2)",
        """
report_ref : the report's number
submitted_at time : when submitted
source_evaluation : {1|2|3} reliability of the source
intelligence_assessment : {A|B|C|D|E} how the source knows
handling : {P|C} handling code
district : police district
narrative : the report
""",
        "report_ref",
        ("submitted_at",),
    ),
    _t(
        "custody",
        "custody records",
        """
custody_ref : the custody record's number
arrested_at time : when arrested
released_at time : when released
station : custody suite
district : police district
offence_code : Home Office offence code
offence : title of the offence
narrative : circumstances, in words
""",
        "custody_ref",
        ("arrested_at",),
    ),
    _t(
        "partner_referrals",
        "referrals from partner agencies",
        """
referral_ref : the referral's number
received_at time : when received
agency : who sent it
category : its category
district : police district
location : where, in words
postcode : postcode of the place
narrative : the referral
""",
        "referral_ref",
        ("received_at",),
    ),
    _t(
        "county_lines",
        "the force's register of county lines",
        """
line_ref : the line's number
name : its name
status : {active|dormant|closed} state
opened_on date : first known
origin : where it comes from
phone : its number
assessed_at time : last assessed
narrative : what is known
known_sexual_exploitation : {known|suspected|not known} as the register says
force_score real : the force's own score
force_band : the force's own band
""",
        "line_ref",
        ("assessed_at", "opened_on"),
    ),
    _t(
        "premises",
        "licensed and other premises",
        """
premises_ref : the premises' number
name : its name
kind : {hotel|taxi operator|takeaway|licensed premises|shop|park|station|residential|other} kind of premises
address : its address
postcode : its postcode
latitude real : WGS 84 degrees
longitude real : WGS 84 degrees
""",
        "premises_ref",
    ),
    _t(
        "people",
        "one row for each time a record names a person",
        f"""
record_type : name of the record's table
record_ref : key of the record
role : {{{ROLES}}} part in the record
local_person_id : the source system's own id
forenames : forenames as recorded
surname : surname as recorded
also_known_as : other names, joined with a pipe sign
sex : {{F|M|X}} sex as recorded
date_of_birth date : date of birth
ethnicity_self_defined : 18+1 code
ethnicity_officer_defined : 6+1 code
nationality : nationality
address : address
postcode : postcode
phone : telephone number
online_handle : name used online
disability : disability as recorded
care_status : care status
relationship : relationship to another person of the record
""",
    ),
    _t(
        "vehicles",
        "one row for each vehicle that a record names",
        """
record_type : name of the record's table
record_ref : key of the record
role : part in the record (open list)
vrm : registration mark
make : make
model : model
colour : colour
""",
    ),
    _t(
        "phones",
        "one row for each telephone number that a record names",
        """
record_type : name of the record's table
record_ref : key of the record
role : part in the record (open list)
number : the number
""",
    ),
]

EXTRACTS: dict[str, Table] = {t.name: t for t in _ALL}
RECORD_TABLES = tuple(n for n, t in EXTRACTS.items() if t.key)
ROW_TABLES = ("people", "vehicles", "phones")
