"""Every environment variable that Redshank reads, with its default and what it does; docs/reference/settings.md is made from here.

A setting that is not in this table does not exist: a test looks for every name that the code reads. Secrets are marked: they
belong into a file of mode 0600 or into the service manager's store of credentials, never into a unit, an image or a command line.
What a force settles about its practice (roles, clocks, rhythms) is no setting of the machine and lies in files of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from redshank.errors import NotPermitted

BEFORE = "REDSHANK_"


@dataclass(frozen=True)
class Setting:
    """One variable. ``kind``: secret, or what is read of it; ``part``: where the page puts it."""

    name: str
    default: str
    does: str
    part: str
    secret: bool = False


HOME, WEB, SIGN_IN, MAIL, READING, WATCHING, BUILDING = (
    "Home and commands", "Pages", "Signing in through the force's provider", "E-mail", "Reading deliveries", "Watching",
    "For developers and tests only",
)  # fmt: skip

SETTINGS = (
    Setting("REDSHANK_HOME", "`redshank-home` in the current folder", "Where everything that Redshank keeps lies; `--home` wins.", HOME),
    Setting("REDSHANK_PURPOSE", "none", "Why somebody looks, kept in the audit; `--purpose` wins.", HOME),
    Setting("REDSHANK_KEY", "a key is made beside the first backup", "The key that backups are sealed with, 16 signs or more.", HOME, secret=True),
    Setting("REDSHANK_DEBUG", "off", "Any value: a defect of ours shows its values on standard error. On synthetic data only.", HOME),
    Setting("REDSHANK_DATABASE_URL", "SQLite in the home", "`postgres://user:password@host:port/name`: the database of the pages.", WEB, secret=True),
    Setting("REDSHANK_ORIGIN", "this machine only", "The address that people type, `https://…`; needed beyond loopback and for e-mail.", WEB),
    Setting("REDSHANK_OIDC_ISSUER", "no provider", "The provider's issuer, `https://…`.", SIGN_IN),
    Setting("REDSHANK_OIDC_CLIENT_ID", "none", "What the provider calls this application.", SIGN_IN),
    Setting("REDSHANK_OIDC_CLIENT_SECRET_FILE", "none", "A file of mode 0600 with the client's secret.", SIGN_IN),
    Setting("REDSHANK_OIDC_CLIENT_SECRET", "none", "The secret itself; the file is better.", SIGN_IN, secret=True),
    Setting("REDSHANK_OIDC_CLAIM", "`preferred_username`", "The claim that holds the account's name here.", SIGN_IN),
    Setting("REDSHANK_OIDC_SCOPE", "`openid profile`", "What is asked for.", SIGN_IN),
    Setting("REDSHANK_OIDC_SECOND_FACTOR", "our own code is asked for", "`amr=…` or `acr=…`: what of the provider's word stands for the second factor.", SIGN_IN),
    Setting("REDSHANK_OIDC_NAME", "`your force account`", "What the button says after \"Sign in with\".", SIGN_IN),
    Setting("REDSHANK_SMTP_HOST", "no e-mail", "The force's mail server.", MAIL),
    Setting("REDSHANK_SMTP_PORT", "587; 25 without STARTTLS", "Its port.", MAIL),
    Setting("REDSHANK_SMTP_FROM", "none", "The sender's address; needed with a mail server.", MAIL),
    Setting("REDSHANK_SMTP_STARTTLS", "`yes`", "`yes` or `no`.", MAIL),
    Setting("REDSHANK_SMTP_USER", "none", "The account at the mail server, where it asks for one.", MAIL),
    Setting("REDSHANK_SMTP_PASSWORD_FILE", "none", "A file of mode 0600 with its password.", MAIL),
    Setting("REDSHANK_READER_MEMORY_MB", "6144", "Address space that the process which reads a delivery may use.", READING),
    Setting("REDSHANK_READER_SECONDS", "900", "Seconds of processor that it may use.", READING),
    Setting("REDSHANK_SOURCE_URL", "the pull's `url_file`", "`postgres://user:password@host:port/name`: the database that `redshank pull` reads; the file is better.", READING, secret=True),
    Setting("REDSHANK_LOG_FORMAT", "`plain`", "`json`: one JSON object a line on standard error.", WATCHING),
    Setting("REDSHANK_METRICS_TOKEN_FILE", "loopback only", "A file of mode 0600 with the token that opens `/metrics` from elsewhere.", WATCHING),
    Setting("REDSHANK_HOOKS_ALLOW", "no webhook", "Origins that webhooks may have, by commas: `https://cases.force.example`.", WATCHING),
    Setting("REDSHANK_ALL_ROLES", "off", "Tests that open every page do so as every role.", BUILDING),
    Setting("REDSHANK_BROWSER_HOME", "a demonstration is made", "A demonstration that the browser's tests copy.", BUILDING),
    Setting("REDSHANK_KILL_POINTS", "CI's sample", "How many kills the tests of them try.", BUILDING),
    Setting("REDSHANK_POLICY_EXAMPLES", "CI's sample", "How many games the pages play against the policy that was written a second time.", BUILDING),
    Setting("REDSHANK_TEST_CLOCK", "the machine's", "A clock that tests give to a process of theirs.", BUILDING),
)  # fmt: skip

NAMES = frozenset(s.name for s in SETTINGS)
SECRETS = frozenset(s.name for s in SETTINGS if s.secret)
#: Variables that name a file whose content is a secret.
SECRET_FILES = tuple(s.name for s in SETTINGS if s.name.endswith("_FILE"))


#: Words of manuals that stand where a secret is to stand; the second ones are refused when they are all of it.
PLACEHOLDERS = ("changeme", "change-me", "change_me", "insecure", "placeholder", "replace")
PLACEHOLDERS_ALONE = ("example", "secret", "password")


def looks_made_up(secret: str) -> bool:
    """Whether a secret is the word of a manual that nobody replaced, or one or two signs again and again.

    >>> [looks_made_up(s) for s in ("ChangeMe-changeme", "PASSWORD", "xxxxxxxxxxxxxxxx", "vK8-rt2_Qm9-zz1w")]
    [True, True, True, False]
    """
    low = secret.lower()
    return any(p in low for p in PLACEHOLDERS) or low in PLACEHOLDERS_ALONE or len(set(low)) < 3


def refuse_made_up(secret: str, where: str) -> None:
    """NotPermitted (exit 12) where an example's word stands for a secret; none at all is another's matter."""
    if secret and looks_made_up(secret):
        raise NotPermitted(f"{where} holds no secret, but a placeholder", "put a random one there")


def unknown(environment: Mapping[str, str]) -> list[str]:
    """Names that look like settings of ours and are none: mostly slips of the pen, which would have no effect in silence."""
    return sorted(n for n in environment if n.startswith(BEFORE) and n not in NAMES)


def markdown() -> str:
    """The manual's page."""
    out = [
        "# Settings", "",
        "Each is an environment variable; none is needed on one machine. The command line's options win. **Secret** ones belong into a file of mode",
        "0600 or the service manager's credentials, never into a unit, an image or a command line.", "",
    ]  # fmt: skip
    for part in dict.fromkeys(s.part for s in SETTINGS):
        out += [f"## {part}", "", "| variable | without it | what it does |", "|---|---|---|"]
        out += [f"| `{s.name}`{' **secret**' if s.secret else ''} | {s.default} | {s.does} |" for s in SETTINGS if s.part == part]  # fmt: skip
        out.append("")
    return "\n".join(out)
