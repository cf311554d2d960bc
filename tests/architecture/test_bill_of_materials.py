"""The bill of materials says what a force installs: it equals the locks, and nothing in it may be used under GPL or AGPL alone."""

from __future__ import annotations

import base64
import importlib.util
import json
import re
import uuid
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BILL = ROOT / "docs" / "assurance" / "sbom.cdx.json"
LOCK = ROOT / "requirements" / "service.lock"
#: Packages that say nothing of their licence where a program can read it, and what a person read elsewhere.
UNSAID: dict[str, str] = {}


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("sbom_script", ROOT / "scripts" / "sbom.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def bill():
    return json.loads(BILL.read_text(encoding="utf-8"))


def parts(bill, kind: str) -> dict[str, dict]:
    return {c["purl"]: c for c in bill["components"] if c["purl"].startswith(f"pkg:{kind}/")}


# ---- it is what the locks say -----------------------------------------------------------------------


def test_it_is_what_the_script_makes_of_the_locks(script):
    assert BILL.read_text(encoding="utf-8") == script.text(), "run `make sbom`"


def test_the_same_locks_give_the_same_bytes_and_another_content_another_serial(script, monkeypatch):
    first = script.text()
    assert script.text() == first
    monkeypatch.setattr(script, "of_pages", lambda lock: [])
    assert script.bill()["serialNumber"] != json.loads(first)["serialNumber"]


def test_it_holds_every_pin_and_every_hash_of_the_servers_lock_and_no_other(bill):
    """Read here in another way than the script does."""
    text = LOCK.read_text(encoding="utf-8").replace("\\\n", " ")
    wanted = {}
    for line in text.splitlines():
        name, version = line.split()[0].split("==")
        wanted[f"pkg:pypi/{name}@{version}"] = sorted(re.findall(r"--hash=sha256:(\w{64})", line))
    held = {purl: sorted(h["content"] for h in c["hashes"]) for purl, c in parts(bill, "pypi").items()}
    assert len(wanted) > 50
    assert all(wanted.values())
    assert held == wanted


def test_it_holds_what_the_pages_load_and_nothing_of_development(bill):
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    wanted = {
        (place.removeprefix("node_modules/"), told["version"]): base64.b64decode(told["integrity"][7:]).hex()
        for place, told in lock.items()
        if place and not told.get("dev")
    }
    held = {
        ("/".join(filter(None, (c.get("group"), c["name"]))), c["version"]): c["hashes"][0]["content"]
        for c in parts(bill, "npm").values()
    }
    assert held == wanted
    assert set(json.loads((ROOT / "package.json").read_text())["dependencies"]) <= {name for name, _ in held}
    assert not {"axe-core", "oidc-provider", "koa"} & {name for name, _ in held}


def test_the_server_lock_is_what_the_manual_and_the_image_install():
    for page in ("docs/operate.md", "deploy/Dockerfile"):
        assert "--require-hashes -r requirements/service.lock" in (ROOT / page).read_text(encoding="utf-8")


def test_it_has_the_form_of_cyclonedx_1_6(bill):
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert uuid.UUID(bill["serialNumber"].removeprefix("urn:uuid:")).version == 5
    assert "timestamp" not in bill["metadata"]
    refs = [bill["metadata"]["component"]["bom-ref"], *(c["bom-ref"] for c in bill["components"])]
    assert len(set(refs)) == len(refs)
    length = {"SHA-256": 64, "SHA-384": 96, "SHA-512": 128}
    for c in bill["components"]:
        assert c["type"] == "library"
        assert re.fullmatch(r"pkg:(pypi|npm)/(%40[\w.-]+/)?[\w.-]+@[\w.+-]+", c["purl"]), c["purl"]
        assert c["hashes"], c["purl"]
        for h in c["hashes"]:
            assert re.fullmatch(rf"[0-9a-f]{{{length[h['alg']]}}}", h["content"])
        for told in c.get("licenses", []):
            assert set(told) in ({"expression"}, {"license"}), c["purl"]
        if any("expression" in told for told in c.get("licenses", [])):
            assert len(c["licenses"]) == 1, "an expression stands alone"


# ---- what the script refuses ------------------------------------------------------------------------


@pytest.mark.parametrize("line", ["example", "example>=1", "-e .", "example==1 \\\n    --hash=md5:abc"])
def test_a_lock_that_pins_without_a_hash_it_knows_is_refused(script, line):
    with pytest.raises(script.Refused, match=r"service\.lock:\d+ .*make lock"):
        script.of_python(line)


def test_a_lock_of_the_pages_without_a_hash_is_refused(script):
    with pytest.raises(script.Refused, match="node_modules/example"):
        script.of_pages('{"packages": {"node_modules/example": {"version": "1.0.0"}}}')


def test_an_environment_that_differs_from_the_lock_is_refused(script, monkeypatch, capsys):
    monkeypatch.setattr(script, "of_python", lambda lock: [{"name": "django", "version": "0.1", "purl": "pkg:pypi/django@0.1"}])  # fmt: skip
    assert script.main() == 2
    assert "make setup-dev" in capsys.readouterr().err
    with pytest.raises(script.Refused, match="is not installed"):
        script.installed("no-package-of-this-name", "1")


@pytest.mark.parametrize(
    ("told", "comes"),
    [
        (("MIT OR Apache-2.0", "", []), [{"expression": "MIT OR Apache-2.0"}]),
        (("", "BSD-3-Clause", ["License :: OSI Approved :: BSD License"]), [{"expression": "BSD-3-Clause"}]),
        ((None, None, ["License :: OSI Approved :: BSD License"]), [{"license": {"name": "BSD License"}}]),
        ((None, "Apache 2.0", []), [{"license": {"name": "Apache 2.0"}}]),
        ((None, "A whole\nlicence", []), []),
        ((None, None, ["Topic :: Text"]), []),
    ],
)
def test_a_licence_is_read_as_exactly_as_it_is_told(script, told, comes):
    assert script.licences(*told) == comes


# ---- licences ---------------------------------------------------------------------------------------

#: GPL and AGPL, by identifier or by name; the Lesser GPL, which lets a program of another licence use a library, is not meant.
STRONG = re.compile(r"(?<![A-Za-z])A?GPL|GNU (?:Affero )?General Public License|Affero", re.IGNORECASE)


def strong_only(licences: list[dict]) -> bool:
    """Whether there is no way to use a package without GPL or AGPL. Several names without a word between them: each may hold."""
    if not licences:
        return False
    if "expression" not in licences[0]:
        return any(STRONG.search(told["license"]["name"]) for told in licences)
    words = re.findall(r"[()]|[^\s()]+", licences[0]["expression"])

    def either() -> bool:
        found = both()
        while words and words[0].upper() == "OR":
            words.pop(0)
            found = both() and found
        return found

    def both() -> bool:
        found = one()
        while words and words[0].upper() == "AND":
            words.pop(0)
            found = one() or found
        return found

    def one() -> bool:
        word = words.pop(0)
        if word == "(":
            found = either()
            assert words.pop(0) == ")"
            return found
        if words and words[0].upper() == "WITH":
            del words[:2]
        return bool(STRONG.match(word))

    found = either()
    assert words == [], licences
    return found


def test_nothing_is_under_gpl_or_agpl_alone(bill):
    assert [c["purl"] for c in bill["components"] if strong_only(c.get("licenses", []))] == []


def test_every_licence_is_known_or_was_read_by_a_person(bill):
    assert {c["name"] for c in bill["components"] if not c.get("licenses")} == set(UNSAID)


@pytest.mark.parametrize(
    ("told", "seen"),
    [
        ("GPL-3.0-only", True),
        ("AGPL-3.0-or-later", True),
        ("GPL-2.0-only WITH Classpath-exception-2.0", True),
        ("MIT AND GPL-2.0-or-later", True),
        ("(MIT OR BSD-3-Clause) AND AGPL-3.0-only", True),
        ("GPL-2.0-only OR AGPL-3.0-only", True),
        ("GPL-2.0-only OR MIT", False),
        ("MIT AND (GPL-2.0-only OR Apache-2.0)", False),
        ("LGPL-3.0-only", False),
        ("MIT", False),
    ],
)
def test_a_strong_licence_in_an_expression_would_be_seen(told, seen):
    assert strong_only([{"expression": told}]) is seen


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("GNU General Public License v3 (GPLv3)", True),
        ("GNU Affero General Public License v3", True),
        ("GNU Lesser General Public License v3 (LGPLv3)", False),
        ("GNU Library or Lesser General Public License (LGPL)", False),
        ("BSD License", False),
    ],
)
def test_a_strong_licence_by_name_would_be_seen(name, seen):
    assert strong_only([{"license": {"name": name}}]) is seen
