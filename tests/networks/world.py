"""Small worlds for the tests of this stage, laid down row by row: who is named where, and with what.

Everything is synthetic. Texts are neutral one-line summaries; signals are given, not read from text.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa

from redshank.tables import BETWEEN

START = datetime(2026, 1, 5, 20, 0, tzinfo=UTC)
AS_OF = datetime(2026, 11, 1, 6, 0, tzinfo=UTC)


@dataclass
class Person:
    id: str
    surname: str
    born: date | None
    address: str = ""
    postcode: str = ""
    phone: str = ""
    handle: str = ""
    first: str = ""


@dataclass
class World:
    """Rows of the current view. ``day`` counts from 5 January 2026."""

    shift: int = 0  # days by which all is moved
    rename: str = ""  # put before every person's id and surname
    people: dict[str, Person] = field(default_factory=dict)
    rows: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {
            n: [] for n in ("records", "appearances", "vehicles", "phones", "person_of", "mention_links", "mentions", "signals")
        }
    )  # fmt: skip
    count: int = 0

    def person(self, name: str, age: int | None = None, **more: str) -> str:
        """A person of that age on the first day (None: birth date not known)."""
        born = None if age is None else (START - timedelta(days=age * 365 + 200 - self.shift)).date()
        surname = more.pop("surname", name.upper().replace("-", ""))
        who = Person(f"p-{self.rename}{name}", self.rename + surname, born, **more)
        self.people[who.id] = who
        return who.id

    def adult(self, name: str, age: int = 31, **more: str) -> str:
        return self.person(name, age, **more)

    def child(self, name: str, age: int = 14, **more: str) -> str:
        return self.person(name, age, **more)

    def record(self, ref: str, kind: str, day: float, named: dict[str, str], **more: Any) -> str:
        """A record ``ref`` of a kind on a day that names people in roles.

        ``signals`` (names, affirmed unless ``name=status``), ``vehicles`` and ``phones`` (values, or
        ``role=value``), ``told`` (people named in the text only), ``relations`` (person → words), ``without``
        (persons whose own number and handle do not stand in it); all else is a column of ``records``.
        """
        key, at = f"{kind}:{ref}", START + timedelta(days=day + self.shift)
        signals, told = more.pop("signals", ()), more.pop("told", ())
        vehicles, phones, relations = (
            more.pop("vehicles", ()),
            more.pop("phones", ()),
            more.pop("relations", {}),
        )
        in_text = more.pop("in_text", ())  # (kind, value)
        text = "A neutral summary."
        spans = []
        for who in told:
            text += " "
            spans.append((who, len(text)))
            text += self.people[who].surname
        text = more.pop("text", text)
        self.rows["records"].append(
            {
                "record_key": key, "record_type": kind, "record_ref": ref, "delivery": "first", "delivery_no": 1, "row": 1,
                "own_at": at, "known_at": more.pop("known_at", at), "event_at": at, "text": text, **more,
            }
        )  # fmt: skip
        for who, role in named.items():
            self.appears(key, ref, kind, who, role, at, relations.get(who))
        for value in vehicles:
            role, _, vrm = value.rpartition("=")
            self.rows["vehicles"].append(
                {"record_key": key, "role": role or "seen", "vrm": vrm, "delivery_no": 1, "known_at": at}
            )
        for value in phones:
            role, _, num = value.rpartition("=")
            self.rows["phones"].append(
                {
                    "record_key": key,
                    "role": role or "contact",
                    "number": num,
                    "delivery_no": 1,
                    "known_at": at,
                }
            )
        for name in signals:
            indicator, _, status = name.partition("=")
            self.rows["signals"].append(
                {
                    "record_key": key, "record_type": kind, "record_ref": ref, "indicator": indicator, "status": status or "affirmed",
                    "start": 0, "end": 1, "text": "A", "rule": "test", "signal_id": f"{key}/{name}",
                }
            )  # fmt: skip
        for who, start in spans:
            self.rows["mentions"].append(
                {
                    "record_key": key,
                    "kind": "person",
                    "start": start,
                    "end": start + 4,
                    "value": who,
                    "negated": False,
                }
            )
            self.rows["mention_links"].append(
                {
                    "record_key": key,
                    "start": start,
                    "end": start + 4,
                    "person_id": who,
                    "probability": 0.95,
                    "why": "name",
                }
            )
        for what, value in in_text:
            self.rows["mentions"].append(
                {"record_key": key, "kind": what, "start": 0, "end": 1, "value": value, "negated": False}
            )
        return key

    def appears(
        self, key: str, ref: str, kind: str, who: str, role: str, at: datetime, relation: str | None
    ) -> None:
        p = self.people[who]
        self.count += 1
        # An id that does not follow the order of rows: nothing may depend on it.
        number = int.from_bytes(random.Random(f"{self.rename}{key}{who}{role}").randbytes(7), "big")
        self.rows["appearances"].append(
            {
                "appearance_id": number, "record_key": key, "record_type": kind, "record_ref": ref, "delivery": "first",
                "delivery_no": 1, "row": self.count, "known_at": at, "role": role, "forenames": p.first or "X", "surname": p.surname,
                "sur_std": p.surname, "first_std": p.first or None, "date_of_birth": p.born, "address_std": p.address, "postcode": p.postcode,
                "phone": p.phone or None, "online_handle": p.handle or None, "relationship": relation, "dob_placeholder": False,
            }
        )  # fmt: skip
        self.rows["person_of"].append(
            {
                "appearance_id": number,
                "record_key": key,
                "component": number,
                "person_id": who,
                "probability": 1.0,
            }
        )

    def premises(self, ref: str, name: str, kind: str, address: str, postcode: str) -> None:
        self.rows["records"].append(
            {
                "record_key": f"premises:{ref}", "record_type": "premises", "record_ref": ref, "name": name, "kind": kind,
                "location": address, "postcode": postcode,
            }
        )  # fmt: skip

    def view(self, order: random.Random | None = None) -> dict[str, pa.Table]:
        """The tables, rows in the order laid down or shuffled."""
        out = {}
        rows = {**self.rows, "persons": [self._known(p) for p in self.people.values()]}
        for name, found in rows.items():
            found = list(found)
            if order is not None:
                order.shuffle(found)
            out[name] = BETWEEN[name].build(found)
        return out

    def _known(self, p: Person) -> dict[str, Any]:
        return {
            "person_id": p.id,
            "forenames": p.first or "X",
            "surname": p.surname,
            "date_of_birth": p.born,
            "appearances": 1,
        }
