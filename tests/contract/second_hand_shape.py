"""The shape of a delivery as `extracts` of the contract has it: tables, columns, own times; and our references."""

COLUMNS = {
    "crimes": "crime_ref recorded_at occurred_from occurred_to offence_code offence district beat location postcode latitude longitude status outcome flags narrative",
    "incidents": "incident_ref received_at opening_code closing_code district beat location postcode latitude longitude log",
    "missing_episodes": "episode_ref reported_at missing_from_at returned_at risk district missing_from found_at_location found_postcode found_latitude found_longitude return_interview_offered_at return_interview_at narrative",
    "vulnerability_entries": "entry_ref entered_at list district location postcode reason narrative",
    "intelligence": "report_ref submitted_at source_evaluation intelligence_assessment handling district narrative",
    "custody": "custody_ref arrested_at released_at station district offence_code offence narrative",
    "partner_referrals": "referral_ref received_at agency category district location postcode narrative",
    "county_lines": "line_ref name status opened_on origin phone assessed_at narrative known_sexual_exploitation force_score force_band",
    "premises": "premises_ref name kind address postcode latitude longitude",
    "people": "record_type record_ref role local_person_id forenames surname also_known_as sex date_of_birth ethnicity_self_defined ethnicity_officer_defined nationality address postcode phone online_handle disability care_status relationship",
    "vehicles": "record_type record_ref role vrm make model colour",
    "phones": "record_type record_ref role number",
}  # fmt: skip
COLUMNS = {table: columns.split() for table, columns in COLUMNS.items()}
OWN_TIME = {
    "crimes": "recorded_at", "incidents": "received_at", "missing_episodes": "reported_at",
    "vulnerability_entries": "entered_at", "intelligence": "submitted_at", "custody": "arrested_at",
    "partner_referrals": "received_at", "county_lines": "assessed_at",
}  # fmt: skip
STEMS = {
    "crimes": "42/{:05d}/25", "incidents": "CAD-{:04d}-WX", "missing_episodes": "CMP/{:05d}",
    "vulnerability_entries": "VVOL{:05d}", "intelligence": "IR/25/{:04d}", "custody": "WXCU{:05d}",
    "partner_referrals": "MASH-{:05d}", "county_lines": "LINE-{:02d}",
}  # fmt: skip
