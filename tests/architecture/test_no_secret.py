"""No tracked file holds a secret: no private key, no token by its form, no long random value after a name that says secret.

The planted examples are built from parts, so that this file does not hold what it forbids.
"""

from __future__ import annotations

import math
import re
import secrets
from collections import Counter

import pytest

from tests.architecture.test_house import ROOT, modules, text_of, tracked

#: What gives itself away by its form.
FORMS = {
    "a private key": re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"),
    "a private key of age": re.compile(r"AGE-SECRET-KEY-1[0-9A-Z]{20,}"),
    "a private key of PuTTY": re.compile(r"PuTTY-User-Key-File-\d"),
    "an access key of Amazon": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a token of GitHub": re.compile(r"\bgh[pousr]_[A-Za-z0-9]{36,}|\bgithub_pat_[A-Za-z0-9_]{22,}"),
    "a token of Slack": re.compile(r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}"),
    "a signed token": re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
    # `secrets.token_urlsafe(32)` behind our prefixes: of the interface, and of a search for the audit.
    "a token of ours": re.compile(r"\brsk?_[\w-]{43}(?![\w-])"),
}  # fmt: skip
#: A value of twenty signs or more that is given to a name; in a program only what stands in quotes, the rest is code.
NAMED = re.compile(
    r"""(?i)(?:secret|token|passw(?:or)?d|passphrase|api_?key|private_?key|credential)\w*["']?\]?"""
    r"""[ \t]*(?::[ \t]*[\w.\[\]| ]+=|:=|:|=|,)[ \t]*[bfru]{0,2}(["']?)([A-Za-z0-9+/_=.~$-]{20,})"""
)
#: An address with a password in it.
ADDRESS = re.compile(r"://[^\s:/@\"'`<>{}]+:([^\s:/@\"'`<>{}]{8,})@")
CODE = {".py", ".mjs", ".js"}
#: Bits a sign. Random hexadecimal of twenty signs has 3.4 on average (3 in 100 have less than 3), random base64 4.
RANDOM = 3.0
#: The same of a password in an address, which may be shorter; the word "password" has 2.75.
WORD = 2.75
#: Files whose name says that they hold a key or a password.
NAMES = re.compile(r"(?:^|/)(?:id_(?:rsa|dsa|ecdsa|ed25519)|\.env|\.netrc|\.pgpass|\.npmrc|\.pypirc)$|\.(?:pem|key|p12|pfx|jks|kdbx|keystore)$")  # fmt: skip

#: What is found and is none, by file and value, and why.
KNOWN = {
    ("deploy/compose.yaml", "/run/secrets/postgres"): "the place of a file, not what is in it",
    ("src/redshank/web/accounts/entering.py", "django.contrib.auth.backends.ModelBackend"): "the name of a class of Django's",
    ("tests/doctor/test_mistakes.py", "plover-password"): "of no database: the test looks that it is not shown",
    ("tests/web/provider.mjs", "a-secret-of-the-test-alone"): "of the provider that the tests start on this machine",
    ("tests/web/test_provider.py", "a-secret-of-the-test-alone"): "of the provider that the tests start on this machine",
    ("tests/web/test_watched.py", "a-token-of-more-than-twenty-signs"): "words: the test needs any token that is long enough",
}  # fmt: skip


def bits(value: str) -> float:
    """Entropy of a sign of the value, by how often each occurs in it (Shannon), in bits."""
    return -sum(n / len(value) * math.log2(n / len(value)) for n in Counter(value).values())


def secrets_in(text: str, code: bool) -> list[tuple[int, str, str]]:
    """The line, what it is and the value, for each that a text holds. ``code``: only what stands in quotes is a value."""
    found = [(seen, what, seen[0]) for what, form in FORMS.items() for seen in form.finditer(text)]
    found += [(seen, "a password in an address", seen[1]) for seen in ADDRESS.finditer(text) if bits(seen[1]) > WORD]  # fmt: skip
    found += [
        (seen, "a random value after a name that says secret", seen[2])
        for seen in NAMED.finditer(text)
        if (seen[1] or not code) and bits(seen[2]) >= RANDOM
    ]
    return sorted((text.count("\n", 0, seen.start()) + 1, what, value) for seen, what, value in found)


def everywhere() -> list[tuple[str, int, str, str]]:
    return [
        (str(path.relative_to(ROOT)), *one)
        for path in tracked()
        for one in secrets_in(text_of(path), path.suffix in CODE)
    ]


def unknown(found: list[tuple[str, int, str, str]]) -> list[str]:
    """Where something stands that is no exception, without its value."""
    return [f"{name}:{number}: {what}" for name, number, what, value in found if (name, value) not in KNOWN]


@pytest.fixture(scope="module")
def found():
    return everywhere()


def test_no_tracked_file_holds_a_secret(found):
    """The value itself is not in the message, which a log of CI keeps."""
    assert unknown(found) == []


def test_every_exception_is_still_needed(found):
    assert set(KNOWN) - {(name, value) for name, _, _, value in found} == set()


def test_no_tracked_file_is_named_as_a_key_is():
    assert [n for p in tracked() if NAMES.search(n := str(p.relative_to(ROOT)))] == []


# ---- what is planted is found -----------------------------------------------------------------------

DIGITS, HEXED = "Zk3vQ9" + "xT7mLp2RwB8sYd4N", "9f86d081" + "884c7d659a2feaa0c55ad015"
LONG = DIGITS * 2
OURS = "Zk3vQ9xT7mLp2RwB8sYd4N_" + "cJ5hG6fA1uE0iO-qXzKn"

PLANTED = [
    ("-----BEGIN " + "PRIVATE KEY-----", "a private key"),
    ("-----BEGIN RSA " + "PRIVATE KEY-----", "a private key"),
    ("  key: '-----BEGIN OPENSSH " + "PRIVATE KEY-----'", "a private key"),
    ("-----BEGIN PGP " + "PRIVATE KEY BLOCK-----", "a private key"),
    ("AGE-SECRET-KEY-" + "1QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", "a private key of age"),
    ("PuTTY-User-Key-" + "File-3: ssh-ed25519", "a private key of PuTTY"),
    ("AKIA" + "ABCDEFGHIJKLMNOP", "an access key of Amazon"),
    ("x = f('ghp_" + LONG + "')", "a token of GitHub"),
    ("github_pat_" + LONG, "a token of GitHub"),
    ("xoxb-" + "123456789012-" + DIGITS, "a token of Slack"),
    ("eyJ" + DIGITS + ".eyJ" + DIGITS + "." + DIGITS, "a signed token"),
    ("curl -H 'Authorization: Bearer rsk_" + OURS + "'", "a token of ours"),
    ("rs_" + OURS, "a token of ours"),
    ("postgres://redshank:" + DIGITS + "@database/redshank", "a password in an address"),
]
RANDOM_VALUES = [
    f"SECRET_KEY = '{DIGITS}'",
    f'"client_secret": "{HEXED}"',
    f"client_secret='{DIGITS}',",
    f"token: str = '{DIGITS}'",
    f"settings['password'] = b'{DIGITS}'",
    f'("API_KEY", "{HEXED}")',
    f"db-passwd='{DIGITS}'",
]


@pytest.mark.parametrize(("line", "what"), PLANTED, ids=[f"{w}-{n}" for n, (_, w) in enumerate(PLANTED)])
@pytest.mark.parametrize("code", [True, False])
def test_a_planted_form_is_found(line, what, code):
    assert what in [one for _, one, _ in secrets_in(line, code)]


@pytest.mark.parametrize("line", RANDOM_VALUES)
@pytest.mark.parametrize("code", [True, False])
def test_a_planted_value_is_found(line, code):
    assert [what for _, what, _ in secrets_in(line, code)] == ["a random value after a name that says secret"]


@pytest.mark.parametrize("line", [f"REDSHANK_KEY_SECRET={DIGITS}", f"  password: {DIGITS}", f"metrics_token = {HEXED}"])  # fmt: skip
def test_a_planted_value_without_quotes_is_found_outside_programs(line):
    assert secrets_in(line, code=False)


@pytest.mark.parametrize(
    "line",
    [
        "password = secrets.token_urlsafe(12)",
        "token = request.headers.get('Authorization')",
        "REDSHANK_DATABASE_URL=postgres://user:password@host:5432/name",
        "password = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaa'",
        "secret = 'short'",
        "-----BEGIN " + "CERTIFICATE-----",
        "rsk_" + "short",
    ],
)
def test_what_is_no_secret_is_left_alone(line):
    assert secrets_in(line, code=True) == []


@pytest.mark.parametrize(
    ("name", "seen"),
    [("deploy/id_rsa", True), ("a.pem", True), ("x/.env", True), ("b.key", True), ("redshank.env.example", False), ("web/keys.py", False)],
)  # fmt: skip
def test_a_file_named_as_a_key_is_would_be_seen(name, seen):
    assert bool(NAMES.search(name)) is seen


def test_a_planted_file_is_found_and_an_exception_holds_for_its_file_alone(monkeypatch, tmp_path):
    """From the reading of files to the list: one secret, and a known value in a file that it is not known for."""
    planted = tmp_path / "planted.toml"
    known = next(iter(KNOWN))[1]
    planted.write_text(f"a = 1\npassword = '{DIGITS}'\npassword_file = '{known}'\n", encoding="utf-8")
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    monkeypatch.setitem(globals(), "tracked", lambda: [planted])
    what = "a random value after a name that says secret"
    assert unknown(everywhere()) == [f"planted.toml:2: {what}", f"planted.toml:3: {what}"]


def test_the_form_of_our_tokens_is_the_one_that_the_source_makes():
    """A new kind of token, or another length, has to be entered above."""
    made = [
        (prefix, int(length))
        for path in modules()
        for prefix, length in re.findall(r'f"(\w+)\{secrets\.token_urlsafe\((\d+)\)\}', path.read_text(encoding="utf-8"))
    ]  # fmt: skip
    assert {prefix for prefix, _ in made} == {"rs_", "rsk_"}
    for prefix, length in made:
        assert FORMS["a token of ours"].search(prefix + secrets.token_urlsafe(length))
