"""E-mail over a real mail server: one message for all that waits, no personal data in it, lost never and sent twice at most after a crash."""

from __future__ import annotations

import os
import signal
import smtplib
import subprocess
import sys
from datetime import datetime, timedelta

import pytest

from tests.browser.serving import free_port

from . import worklist_tools as tools
from .notices_tools import ORIGIN, Mails, address, mail_server, told
from .test_meetings import body, decide, give, raise_child
from .worklist_fixtures import application, town  # noqa: F401


@pytest.fixture
def mails():
    made = Mails()
    with mail_server(made):
        yield made


def send(now: datetime | None = None):
    from redshank.web.notices import sending

    return sending.send(now)


def duty():
    return tools.account("duty_inspector")


def text_of(message) -> str:
    return message.get_payload(decode=True).decode()


@pytest.mark.databases
def test_all_that_waits_goes_in_one_message_and_once(town, mails):  # noqa: F811
    address(duty())
    raise_child()
    raise_child(ident="p-ben", once="b")
    assert send().sent == 1
    (message,) = mails.taken
    assert message["Subject"] == "Redshank: something waits for you"
    assert message["From"] == "redshank@force.example"
    assert message["To"] == f"{duty().username}@force.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert "- Something was raised to a meeting that you chair (2)" in text_of(message)
    assert f"{ORIGIN}/notices" in text_of(message)
    assert send().sent == 0
    assert len(mails.taken) == 1


def test_what_was_read_on_the_page_is_not_sent(town, mails):  # noqa: F811
    address(duty())
    raise_child()
    tools.client("duty_inspector").post("/notices/read")
    assert send().sent == 0


@pytest.mark.databases
def test_no_name_number_or_word_of_a_record_reaches_an_email(town, mails):  # noqa: F811
    """Everything that the tests know how to do is told, and whatever the server was given is searched for marked words."""
    from redshank.web.meetings import actions, asking, sittings

    lead, analyst = tools.account("safeguarding_lead"), tools.account("analyst")
    for role in ("duty_inspector", "analyst", "safeguarding_lead", "exploitation_officer", "researcher", "missing_adviser"):  # fmt: skip
        address(tools.account(role), to=f"box-{role.replace('_', '-')}@force.example")
    raised = raise_child()
    task = give(raised, task="Visit Zanzibarwort", where="Zanzibarwort Lane")
    actions.step(lead, task.pk, "handed", "Zanzibarwort knows", "h", 10**9, owner=tools.account("researcher"))
    asking.ask(lead, raised, "Where does Zanzibarwort sleep?", "Patrol", "", analyst, tools.NOW.date() + timedelta(days=2), "c")  # fmt: skip
    decide(raised, "returned", told="Zanzibarwort")
    at = body("daily").next(tools.NOW + timedelta(days=3))
    sittings.cancel(duty(), sittings.Sitting(meeting="daily", at=at), "Zanzibarwort is ill", "x")
    from redshank.web.notices import reminders

    reminders.sweep(tools.NOW + timedelta(days=30))
    assert send(tools.NOW + timedelta(days=30)).sent >= 5
    names = {tools.account(r).name for r in ("analyst", "safeguarding_lead", "duty_inspector")}
    marked = {"Zanzibarwort", "Ada", "THORN", "p-ada", "g-one", "M-1", "R-1", "Northmoor", f"/raised/{raised.pk}", f"/actions/{task.pk}", "Daily", *names}  # fmt: skip
    whole = b"\n".join(mails.raw).decode()
    decoded = "\n".join(f"{m.items()} {text_of(m)}" for m in mails.taken)
    assert "was not taken up" in decoded  # the texts were looked at
    for word in marked:
        assert word not in decoded, word
        assert word not in whole, word
    assert {len(m.get_all("To")) for m in mails.taken} == {1}
    assert decoded.count(f"{ORIGIN}/notices") == len(mails.taken)


@pytest.mark.databases
def test_a_refusal_is_kept_shown_to_the_administrator_and_tried_again_later(town, mails):  # noqa: F811
    way = address(duty())
    address(tools.account("safeguarding_lead"))
    mails.refuses = {way.address}
    raised = raise_child()
    decide(raised, "taken", role="analyst", owner=tools.account("safeguarding_lead"), next_on=tools.NOW + timedelta(days=2))  # fmt: skip
    now = tools.NOW + timedelta(hours=1)
    assert vars(send(now)) == {"sent": 1, "refused": 1, "failure": ""}
    way.refresh_from_db()
    assert way.failure == "it refused the address (550)"  # no word of the server's
    assert send(now + timedelta(minutes=4)).refused == 0
    assert send(now + timedelta(minutes=6)).refused == 1
    assert send(now + timedelta(minutes=12)).refused == 0  # the pause doubles
    page = tools.client("administrator").get("/").content.decode()
    assert "it refused the address (550)" in page
    assert "secretword" not in page
    assert "Traceback" not in page
    mails.refuses = set()
    assert send(now + timedelta(minutes=30)).sent == 1
    way.refresh_from_db()
    assert (way.failure, way.tries, way.next_try) == ("", 0, None)
    assert "it refused" not in tools.client("administrator").get("/").content.decode()


def test_a_server_that_hangs_up_loses_nothing_and_the_next_person_still_gets_theirs(town, mails):  # noqa: F811
    first = address(duty())
    address(tools.account("safeguarding_lead"))
    mails.hangs_up = {first.address}
    raised = raise_child()
    decide(raised, "taken", role="analyst", owner=tools.account("safeguarding_lead"), next_on=tools.NOW + timedelta(days=2))  # fmt: skip
    done = send()
    assert (done.sent, done.refused) == (1, 1)
    first.refresh_from_db()
    assert first.failure in ("it hung up", "connection reset by peer")
    mails.hangs_up = set()
    assert send(tools.NOW + timedelta(hours=8)).sent == 1
    assert len(mails.to(first.address)) == 1


def test_a_server_that_hangs_up_on_everybody_ends_the_round_and_holds_nobody_up_for_long(town, mails):  # noqa: F811
    from redshank.web.notices.write import Told, tell

    people = [tools.account("duty_inspector", f"n{n}") for n in range(5)]
    raised = raise_child()
    ways = [address(p) for p in people]
    assert tell([Told(p.pk, "raised", "raised", raised.pk, "again") for p in people]) == 5
    mails.hangs_up = {w.address for w in ways[:4]}
    from django.utils import timezone

    now = timezone.now()
    done = send(now)
    assert (done.sent, done.refused) == (0, 3)
    assert done.failure == "The mail server hangs up on one message after the other"
    mails.hangs_up = {ways[0].address}
    assert send(now + timedelta(minutes=2)).sent == 2  # the others have their turn, those three have a pause
    assert send(now + timedelta(minutes=20)).sent == 2


def test_a_server_that_cannot_be_reached_keeps_everything_and_says_so_to_the_administrator(town):  # noqa: F811
    address(duty())
    raise_child()
    from django.test import override_settings

    from redshank.web.mailing import Server

    with override_settings(MAIL_SERVER=Server("127.0.0.1", free_port(), "r@force.example", False), ORIGIN=ORIGIN):  # fmt: skip
        done = send()
    assert done.sent == done.refused == 0
    assert done.failure == "The mail server cannot be reached: connection refused"
    assert "The mail server cannot be reached" in tools.client("administrator").get("/").content.decode()
    mails = Mails()
    with mail_server(mails):
        assert send().sent == 1
    assert "cannot be reached" not in tools.client("administrator").get("/").content.decode()


def test_once_a_day_waits_for_the_morning_and_none_holds_back_all_but_what_is_overdue(town, mails):  # noqa: F811
    from redshank.web.notices import reminders

    daily, none = address(duty(), "daily"), address(tools.account("exploitation_officer"), "none")
    give(raise_child())
    day = (tools.NOW + timedelta(days=30)).date().isoformat()
    at = lambda clock: datetime.fromisoformat(f"{day}T{clock}+00:00")  # noqa: E731
    assert send(at("04:00:00")).sent == 0
    assert send(at("09:00:00")).sent == 1
    assert len(mails.to(daily.address)) == 1
    assert len(mails.to(none.address)) == 0
    raise_child(ident="p-ben", once="b")
    assert send(at("15:00:00")).sent == 0  # the day has had its message
    reminders.sweep(at("15:00:00"))
    assert send(at("15:05:00")).sent == 1
    (message,) = mails.to(none.address)
    assert "An action of yours is overdue" in text_of(message)
    assert "given" not in text_of(message)
    assert send(at("09:00:00") + timedelta(days=1)).sent == 1


@pytest.mark.parametrize("left", [True, False])
def test_nobody_who_may_open_nothing_is_written_to(town, mails, left):  # noqa: F811
    from redshank.web.access import standing

    user = duty()
    user.demonstration = False
    user.save()
    address(user)
    raise_child()
    standing.record(user, **({"left_on": standing.today()} if left else {"trained_on": None}))
    assert send().sent == 0


def test_rule_13_a_matter_that_was_hidden_since_is_not_sent(town, mails):  # noqa: F811
    from redshank.web.policy.models import Conflict

    address(duty())
    raise_child()
    Conflict.objects.create(user=duty(), person_id="p-ada", label="x", reason="family", by=tools.account("analyst"))  # fmt: skip
    assert send().sent == 0


@pytest.mark.databases
def test_the_administrator_enters_an_address_with_an_entry_in_the_audit(sign_in):
    from redshank.web.notices.lists import way_of
    from redshank.web.trail.models import Entry

    admin = sign_in("administrator")
    page = "/people/analyst"
    given = {k: v or "" for k, v in form_of(admin.get(page)).items()}
    for wrong in (
        "two@a.example, three@a.example",
        "none",
        "a@b.example\nBcc: c@d.example",
        "ä@force.example",
    ):
        answer = admin.post(page, given | {"mail": wrong})
        assert answer.status_code == 400, wrong
    assert way_of(sign_in("analyst").user).address == ""
    assert admin.post(page, given | {"mail": "jo@force.example"}).status_code == 302
    entry = Entry.objects.filter(action="alteration", kind="account").latest("pk")
    assert "another address" in entry.details
    assert "jo@force.example" not in entry.details
    assert "jo@force.example" in admin.get(page).content.decode()
    assert "jo@force.example" in sign_in("analyst").get("/notices").content.decode() or "No mail server" in sign_in("analyst").get("/notices").content.decode()  # fmt: skip
    assert sign_in("analyst").post(page, given).status_code == 404
    assert admin.post(page, given | {"mail": ""}).status_code == 302
    assert "no address" in Entry.objects.filter(action="alteration", kind="account").latest("pk").details


def form_of(answer) -> dict[str, object]:
    told_of = answer.context["given"]
    return {
        "role": told_of.role, "vetting": told_of.vetting, "trained_on": told_of.trained_on and told_of.trained_on.isoformat(),
        "vetted_until": told_of.vetted_until and told_of.vetted_until.isoformat(), "manager": told_of.manager and told_of.manager.username,
    }  # fmt: skip


def test_a_person_chooses_how_e_mail_is_wanted_and_nobody_silences_what_is_overdue(town):  # noqa: F811
    from redshank.web.notices.kinds import KINDS
    from redshank.web.notices.lists import way_of

    client = tools.client("duty_inspector")
    assert client.post("/notices/choose", {"how": "never"}).status_code == 400
    assert client.post("/notices/choose", {"how": "none"}).status_code == 302
    assert way_of(client.user).how == "none"
    assert {k for k, v in KINDS.items() if v.urgent} >= {"action_overdue", "action_supervised", "action_escalated", "review_overdue"}  # fmt: skip


#: Makes a notice in a home, or runs a round and kills itself, as nothing else could, before or after the server's word.
KILLER = """
import os, signal, sys
from pathlib import Path
from redshank.publish.setup import prepare_django
home, act, port = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
os.environ.update(REDSHANK_SMTP_HOST="127.0.0.1", REDSHANK_SMTP_PORT=str(port), REDSHANK_SMTP_FROM="r@force.example", REDSHANK_SMTP_STARTTLS="no", REDSHANK_ORIGIN="https://redshank.force.example")
prepare_django(home)
from redshank.web.notices import postman, sending
if act == "make":
    from django.utils import timezone
    from redshank.web.accounts.models import User
    from redshank.web.meetings import sittings
    from redshank.web.meetings.bodies import BODIES
    from redshank.web.notices.models import Way
    Way.objects.create(user=User.objects.get(username="duty-inspector"), address="duty@force.example")
    analyst = User.objects.get(username="analyst")
    sittings.cancel(analyst, sittings.Sitting(meeting="daily", at=BODIES["daily"].next(timezone.now())), "No room", "c")
    sys.exit()
if act == "before":
    sending.message = lambda *a: os.kill(os.getpid(), signal.SIGKILL)
if act == "after":
    sending._sent = lambda *a: os.kill(os.getpid(), signal.SIGKILL)
print(postman.once(home)[1].sent)
"""


@pytest.mark.parametrize(("killed", "copies"), [("before", 1), ("after", 2)])
def test_a_round_that_is_killed_loses_nothing_and_sends_twice_at_most(home_copy, killed, copies):
    mails = Mails()
    with mail_server(mails) as server:

        def run(act: str):
            clean = {k: v for k, v in os.environ.items() if not k.startswith(("REDSHANK", "DJANGO"))}
            return subprocess.run(
                [sys.executable, "-c", KILLER, str(home_copy), act, str(server.port)],
                capture_output=True, text=True, check=False, env=clean, timeout=120,
            )  # fmt: skip

        assert run("make").returncode == 0
        assert run(killed).returncode == -signal.SIGKILL
        done = run("send")
        assert done.stdout.strip() == "1", done.stderr
        assert run("send").stdout.strip() == "0"
    assert len(mails.taken) == copies
    assert len({m["Message-ID"] for m in mails.taken}) == 1  # a mail server may let go of the second


def test_two_rounds_at_once_send_once(home_copy):
    from redshank.web.notices import postman

    with postman._alone(home_copy), pytest.raises(postman.Busy):
        postman.once(home_copy)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (smtplib.SMTPSenderRefused(501, b"secret", "x"), "it refused the sender (501)"),
        (smtplib.SMTPAuthenticationError(535, b"secret"), "it refused our account (535)"),
        (smtplib.SMTPDataError(552, b"secret"), "it refused the message (552)"),
        (smtplib.SMTPNotSupportedError("secret"), "it offers no STARTTLS, or no sign-in"),
        (smtplib.SMTPServerDisconnected("secret"), "it hung up"),
        (TimeoutError("secret"), "it did not answer in time"),
    ],
)
def test_what_a_server_says_is_kept_in_words_of_ours(application, error, words):  # noqa: F811
    from redshank.web.notices import sending

    assert sending._words(error) == words


GOOD = {"REDSHANK_SMTP_HOST": "mail.force.example", "REDSHANK_SMTP_FROM": "r@force.example", "REDSHANK_ORIGIN": ORIGIN}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"REDSHANK_SMTP_FROM": ""}, "REDSHANK_SMTP_FROM is missing"),
        ({"REDSHANK_ORIGIN": ""}, "REDSHANK_ORIGIN is missing"),
        ({"REDSHANK_SMTP_TLS": "yes"}, "there is no such setting"),
        ({"REDSHANK_SMTP_STARTTLS": "maybe"}, "neither yes nor no"),
        ({"REDSHANK_SMTP_PORT": "0"}, "is no port"),
        ({"REDSHANK_SMTP_USER": "jo"}, "go together"),
        ({"REDSHANK_SMTP_FROM": "nobody"}, "is no address"),
        ({"REDSHANK_SMTP_USER": "jo", "REDSHANK_SMTP_PASSWORD_FILE": "/nowhere/at/all"}, "cannot be read"),
    ],
)
def test_half_a_description_of_a_mail_server_is_refused(change, says):
    from redshank.errors import UsageError
    from redshank.web import mailing

    assert mailing.read({}) is None
    assert mailing.read(GOOD).port == 587
    with pytest.raises(UsageError, match=says):
        mailing.read(GOOD | change)


def test_a_password_of_the_mail_server_that_others_can_read_is_refused(tmp_path):
    from redshank.errors import NotPermitted
    from redshank.web import mailing

    path = tmp_path / "password"
    path.write_text("open sesame\n")
    path.chmod(0o644)
    given = GOOD | {"REDSHANK_SMTP_USER": "jo", "REDSHANK_SMTP_PASSWORD_FILE": str(path)}
    with pytest.raises(NotPermitted, match="can be read by others"):
        mailing.read(given)
    path.chmod(0o600)
    server = mailing.read(given)
    assert server.password == "open sesame"
    assert "sesame" not in repr(server)


def test_the_command_sends_and_says_what_was_refused(home_copy):
    mails = Mails()
    mails.refuses = {"duty@force.example"}
    with mail_server(mails) as server:
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("REDSHANK", "DJANGO"))}
        made = subprocess.run([sys.executable, "-c", KILLER, str(home_copy), "make", str(server.port)], capture_output=True, text=True, check=False, env=clean, timeout=120)  # fmt: skip
        assert made.returncode == 0, made.stderr
        settings = {"REDSHANK_SMTP_HOST": "127.0.0.1", "REDSHANK_SMTP_PORT": str(server.port), "REDSHANK_SMTP_FROM": "r@force.example", "REDSHANK_SMTP_STARTTLS": "no", "REDSHANK_ORIGIN": ORIGIN}  # fmt: skip
        command = [sys.executable, "-c", "from redshank.cli import main; main()", "--home", str(home_copy), "notices", "send"]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=clean | settings, timeout=120)  # fmt: skip
        assert done.returncode == 1, done.stderr
        assert "1 messages were refused" in done.stderr
        bare = subprocess.run(command, capture_output=True, text=True, check=False, env=clean, timeout=120)
        assert bare.returncode == 0
        assert "No mail server is set up" in bare.stdout
    assert mails.taken == []
    assert told("duty_inspector") == []  # of this database, not of the copy
