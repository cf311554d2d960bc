"""`python scripts/sbom.py` writes the bill of materials, docs/assurance/sbom.cdx.json; `--check` says whether it differs (exit 1).

CycloneDX 1.6: what a force's server installs (requirements/service.lock, the lock of docs/operate.md and deploy/Dockerfile) and what
its pages load (package-lock.json without what is for development alone). Versions and hashes are the locks'. Licences are what the
installed packages say of themselves, so an environment that differs from the lock is refused (exit 2: run `make setup-dev`).

The same locks give the same bytes: no time stands in it, and the serial number is made from the content.
"""

from __future__ import annotations

import base64
import json
import re
import sys
import tomllib
import uuid
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ROOT / "requirements" / "service.lock"
PAGES = ROOT / "package-lock.json"
OUT = ROOT / "docs" / "assurance" / "sbom.cdx.json"

#: How CycloneDX writes the algorithms that the locks use.
ALGORITHMS = {"sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512"}
PINNED = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+)(?:\s*;[^\\]*)?\s*\\?$")
HASH = re.compile(r"--hash=(\w+):([0-9a-f]+)\s*\\?$")


class Refused(Exception):
    """A lock or the environment is not as it has to be; the text says where and what to do."""


def of_python(lock: str) -> list[dict[str, Any]]:
    """The packages of a lock of pip's, with the hash of every file that it lets pip install."""
    found: list[dict[str, Any]] = []
    for number, line in enumerate(lock.splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if pin := PINNED.match(line):
            name, version = pin.groups()
            purl = f"pkg:pypi/{re.sub('[-_.]+', '-', name).lower()}@{version}"
            found.append({"type": "library", "bom-ref": purl, "name": name, "version": version, "hashes": [], "purl": purl})  # fmt: skip
        elif (told := HASH.match(line)) and found and told[1] in ALGORITHMS:
            found[-1]["hashes"].append({"alg": ALGORITHMS[told[1]], "content": told[2]})
        else:
            raise Refused(f"requirements/service.lock:{number} is neither a pin nor a hash: write it again with `make lock`")  # fmt: skip
    return found


def of_pages(lock: str) -> list[dict[str, Any]]:
    """The packages of a lock of npm's that the pages need; `dev` marks what development alone needs."""
    found = []
    for place, told in json.loads(lock)["packages"].items():
        if not place or told.get("dev") or told.get("devOptional"):
            continue
        group, _, name = place.rpartition("node_modules/")[2].rpartition("/")
        purl = f"pkg:npm/{group.replace('@', '%40') + '/' if group else ''}{name}@{told['version']}"
        one = {"type": "library", "bom-ref": purl} | ({"group": group} if group else {}) | {"name": name, "version": told["version"]}  # fmt: skip
        algorithm, _, digest = told.get("integrity", "").partition("-")
        if algorithm not in ALGORITHMS:
            raise Refused(f"package-lock.json has no hash that can be used for {place}: write it again with `npm install --package-lock-only`")  # fmt: skip
        if told.get("peer"):  # npm puts it there for another package; no page loads it
            one["scope"] = "optional"
        one["hashes"] = [{"alg": ALGORITHMS[algorithm], "content": base64.b64decode(digest, validate=True).hex()}]  # fmt: skip
        if told.get("license"):
            one["licenses"] = licences(told["license"], "", [])
        found.append(one | {"purl": purl})
    return found


def licences(expression: str | None, field: str | None, classifiers: list[str]) -> list[dict[str, Any]]:
    """What a package says of its licence, the exact before the loose: an SPDX expression, else a class of the index, else its words.

    A class such as "BSD License" does not say which: it stays a name, and no expression is guessed from it.
    """
    for text in (expression, field):
        try:
            return [{"expression": canonicalize_license_expression(text or "")}]
        except InvalidLicenseExpression:
            continue
    names = [c.rpartition(" :: ")[2] for c in classifiers if c.startswith("License :: ")]
    if not names and field and "\n" not in field.strip():
        names = [field.strip()]
    return [{"license": {"name": name}} for name in names]


def installed(name: str, version: str) -> list[dict[str, Any]]:
    """The licence of an installed package.

    Raises:
        Refused: it is not installed, or in another version than the lock's.
    """
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError as error:
        raise Refused(f"{name} {version} of requirements/service.lock is not installed: run `make setup-dev`") from error  # fmt: skip
    if told["Version"] != version:
        raise Refused(f"{name} is installed in {told['Version']}, requirements/service.lock has {version}: run `make setup-dev`")  # fmt: skip
    return licences(told.get("License-Expression"), told.get("License"), told.get_all("Classifier") or [])


def bill() -> dict[str, Any]:
    """The whole bill, as CycloneDX orders it."""
    python = of_python(PYTHON.read_text(encoding="utf-8"))
    for one in python:
        if licence := installed(one["name"], one["version"]):
            one["licenses"] = licence
    parts = sorted([*python, *of_pages(PAGES.read_text(encoding="utf-8"))], key=lambda one: one["purl"])
    us = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    content = {
        "metadata": {
            "component": {
                "type": "application", "bom-ref": f"redshank@{us['version']}", "name": "redshank", "version": us["version"],
                "description": us["description"], "licenses": [{"expression": us["license"]}],
            },
            "properties": [
                {"name": "redshank:sources", "value": "requirements/service.lock, package-lock.json"},
                {"name": "redshank:hashes", "value": "of every file of the package that the lock allows; a machine installs one of them"},
            ],
        },
        "components": parts,
    }  # fmt: skip
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(content, sort_keys=True))
    head = {"$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json", "bomFormat": "CycloneDX", "specVersion": "1.6"}  # fmt: skip
    return head | {"serialNumber": f"urn:uuid:{serial}", "version": 1} | content


def text() -> str:
    """The file, byte for byte; a hash on one line, so that a change of the locks reads well."""
    made = json.dumps(bill(), indent=1, ensure_ascii=False)
    return re.sub(r'\{\s+"alg": ("[^"]+"),\s+"content": ("[0-9a-f]+")\s+\}', r'{"alg": \1, "content": \2}', made) + "\n"  # fmt: skip


def main() -> int:
    try:
        made = text()
    except Refused as refused:
        sys.stderr.write(f"sbom: {refused}\n")
        return 2
    same = OUT.exists() and OUT.read_text(encoding="utf-8") == made
    if "--check" in sys.argv:
        sys.stdout.write("sbom: as the locks have it\n" if same else "sbom: differs from the locks; run `make sbom`\n")  # fmt: skip
        return int(not same)
    if not same:
        OUT.write_text(made, encoding="utf-8")
    sys.stdout.write(f"{'as it was' if same else 'written'}: {OUT.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
