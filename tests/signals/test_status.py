"""How the text puts it: scope tables, drawn as text. One line is one text and the status of one indicator."""

import datetime as dt

import pytest

from redshank.signals.ready import signal_engine
from redshank.signals.scanner import merge

DAY = dt.date(2026, 3, 1)

TABLE = """
# plain and indirect speech
The child has been missing since Friday.                                    | missing_episode | affirmed
Mother said she was missing all night.                                      | missing_episode | affirmed
Intelligence suggests that the child is associating with older men.         | older_associate | affirmed
# negation and its end
No signs that the child was missing.                                        | missing_episode | negated
The child was never with older males.                                       | older_associate | negated
Nothing to suggest that the child is with older males.                      | older_associate | negated
The child denies being given alcohol.                                       | substance_supply | negated
Neither older males nor a stranger were with the child.                     | older_associate | negated
The girl is no longer spending time with older men.                         | older_associate | negated
Not only was the child with older men.                                      | older_associate | affirmed
This is not the first time that the child has gone missing.                 | missing_episode | affirmed
There are no concerns except that the child was with an older man.          | older_associate | affirmed
There were no injuries but the child was with an older man.                 | older_associate | affirmed
There were no injuries; the child was with an older man.                    | older_associate | affirmed
The child did not answer and was found with an older man.                   | older_associate | affirmed
It was ruled out that the child had been with an older man.                 | older_associate | negated
That the child was with an older man has been ruled out.                    | older_associate | negated
There is no evidence that the child was given alcohol.                      | substance_supply | negated
The child could not say where the new phone came from.                      | unexplained_gifts | affirmed
No one had seen the child with an older man.                                | older_associate | negated
Claims that the child was with an older man were not borne out.             | older_associate | negated
The story that the child was given alcohol by men is groundless.            | substance_supply | negated
The older man with the child turned out to be her uncle.                    | older_associate | negated
The child has a new phone, receipt shown.                                   | unexplained_gifts | negated
# two denials, and words of denial that deny something else
The child was with an older man, and his wife said so without being asked.  | older_associate | affirmed
# supposition, checks, advice
Can we establish if the child was with an older man.                        | older_associate | hypothetical
Was the child with an older man on Friday?                                  | older_associate | hypothetical
Do we know whether the child was given alcohol by men.                      | substance_supply | hypothetical
If no return interview of the child by Wednesday, ring the lead.            | return_interview_overdue | hypothetical
If the child goes missing, call police.                                     | missing_episode | hypothetical
Should the child go missing, call police.                                   | missing_episode | hypothetical
She will be reported missing if she is not home by ten.                     | missing_episode | hypothetical
In case the child is seen with older men, call police.                      | older_associate | hypothetical
Officers to check whether the child was given alcohol.                      | substance_supply | hypothetical
Staff were reminded to look out for children with older men.                | older_associate | hypothetical
The child may be at risk of going missing.                                  | missing_episode | hypothetical
Please check for signs that the child has been given alcohol by men.        | substance_supply | hypothetical
# direct quotation
The girl said "I was with an older man all night".                          | older_associate | reported_speech
The girl said “I was with an older man all night”.                          | older_associate | reported_speech
The girl said 'I was with an older man all night'.                          | older_associate | reported_speech
The girl said she was with an older man all night.                          | older_associate | affirmed
The girl's friend was with an older man. It's the child's story.            | older_associate | affirmed
"I was never with an older man," said the girl.                             | older_associate | negated
# long past
In 2019 the child was reported missing.                                     | missing_episode | historic
Five years ago the child was reported missing.                              | missing_episode | historic
When she was six the child was reported missing.                            | missing_episode | historic
In January 2026 the child was reported missing.                             | missing_episode | affirmed
Last week the child was reported missing.                                   | missing_episode | affirmed
Child born in 2011 was reported missing.                                    | missing_episode | affirmed
"""

LINES = [
    [c.strip() for c in line.split("|")]
    for line in TABLE.splitlines()
    if line.strip() and not line.startswith("#")
]


@pytest.mark.parametrize(("text", "indicator", "status"), LINES, ids=lambda v: v[:60])
def test_status(text, indicator, status):
    got = {
        h.status
        for h in merge(signal_engine().read(text, "partner_referrals", DAY))
        if h.rule.indicator == indicator
    }
    assert got == (set() if status == "absent" else {status})


def test_a_year_is_long_past_only_against_the_day_of_the_record():
    text = "In 2019 the child was reported missing."
    then = signal_engine().read(text, "partner_referrals", dt.date(2020, 2, 1))
    assert {h.status for h in then if h.rule.indicator == "missing_episode"} == {"affirmed"}


def test_an_adult_is_no_missing_child():
    read = signal_engine().read
    assert not read("A 71-year-old man with dementia has been reported missing.", "missing_episodes", DAY)
    assert read("Amy Fletcher has been reported missing.", "missing_episodes", DAY)


def test_a_record_whose_people_name_a_child_needs_no_word_for_one():
    text = "Amy Fletcher was seen with an older male."
    assert signal_engine().read(text, "intelligence", DAY, names_child=True)


def test_a_school_year_and_a_youth_worker_make_nothing_long_past():
    for text in (
        "The girl in year 8 has been messaged online by an adult she does not know.",
        "The boy confided in his youth worker about what an adult did.",
    ):
        assert {h.status for h in signal_engine().read(text, "partner_referrals", DAY)} == {"affirmed"}, text


def test_that_nobody_knows_a_stranger_denies_nothing():
    text = "Somebody she has never met has been messaging the girl nightly through a gaming app."
    hits = signal_engine().read(text, "partner_referrals", DAY)
    assert {h.status for h in hits if h.rule.indicator == "online_contact"} == {"affirmed"}


def test_the_hour_that_opens_a_line_of_a_log_is_no_year():
    text = "2019 OBW  the girl was approached by two men\n2016 KJB  the girl was with an older man"
    hits = signal_engine().read(text, "incidents", DAY)
    assert {h.status for h in hits if h.rule.indicator == "older_associate"} == {"affirmed"}
    assert {
        h.status for h in signal_engine().read("In 2016 the girl was with an older man.", "incidents", DAY)
    } == {"historic"}


def _statuses(text: str, indicator: str) -> set[str]:
    hits = signal_engine().read(text, "partner_referrals", DAY, names_child=True)
    return {h.status for h in hits if h.rule.indicator == indicator}


def test_the_condition_of_a_threat_was_read_as_a_supposition():
    for text in (
        "The boy was threatened with violence if he speaks to anyone.",
        "He said he will hurt the girl's sister unless she does what he says.",
    ):
        assert _statuses(text, "coercion_or_control") == {"affirmed"}, text
    text = "If the boy is threatened, ring the police."
    assert "affirmed" not in _statuses(text, "coercion_or_control")


def test_a_pupil_of_year_eight_was_read_as_long_past():
    text = "A pupil in Year {} got into a van driven by an unknown man."
    assert _statuses(text.format(8), "taxi_or_vehicle") == {"affirmed"}
    assert _statuses(text.format(4), "taxi_or_vehicle") == {"historic"}


def test_an_age_in_brackets_hid_the_should():
    text = "Should Zara (13) return with new trainers that nobody bought, tell her worker."
    assert "affirmed" not in _statuses(text, "unexplained_gifts")


def test_an_enquiry_to_be_made_at_a_hotel_was_read_as_a_visit():
    text = "Enquire at the Harbour Hotel as to whether the girl has been there."
    assert "affirmed" not in _statuses(text, "hotel_or_premises")
