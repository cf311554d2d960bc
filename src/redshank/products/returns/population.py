"""Who is counted in a return, and why the others are not.

A crime counts where a confirmed flag rests on it, the flag says group-based, two people are known or believed to be
involved (over all crimes of the flag: identified or not), somebody under 18 on the day was harmed, and it was recorded in
the year. In such a crime a suspect is who the record names so. Each number is a local default of the specification.
"""

from __future__ import annotations

import hmac
from collections import defaultdict
from collections.abc import Iterable

from redshank.products.returns import years
from redshank.products.returns.content import ADULT, CHILD, UNKNOWN, LeftOut, Pair, Return, Row, Unidentified
from redshank.products.returns.fields import FIELDS, Facts
from redshank.products.returns.spec import ReturnSpec
from redshank.products.rows import Crime, Detention, Flag, Named, Period, Rows
from redshank.products.words import LONDON, long_day

UNNAMED = "unidentified-"  # how the id of a member begins whom nobody has identified
#: The group basis that says, by a person's word, that there are two.
TWO_BELIEVED = ("unidentified", "facilitators")
WAITS = {"proposed": "waits for a decision", "need_more": "waits for a decision: more was asked for", "not_proven": "was decided: not proven"}  # fmt: skip


def pseudonym(secret: bytes, ident: str) -> str:
    """The same for the same person and secret; nobody can work the person out from it without the secret.

    >>> pseudonym(b"one", "p-1") == pseudonym(b"one", "p-1"), pseudonym(b"one", "p-1") == pseudonym(b"two", "p-1")
    (True, False)
    """
    return hmac.new(secret, ident.encode(), "sha256").hexdigest()[:16].upper()


def age_word(age: int | None) -> str:
    return UNKNOWN if age is None else CHILD if age < 18 else ADULT


def population(rows: Rows, spec: ReturnSpec, year: str, secret: bytes) -> Return:
    """The return of a year from these rows."""
    return _Counting(rows, spec, years.period(spec.year, year), secret).result(year)


class _Counting:
    def __init__(self, r: Rows, spec: ReturnSpec, when: Period, secret: bytes) -> None:
        self.r, self.spec, self.when, self.secret = r, spec, when, secret
        self.confirmed = {f.number: f for f in r.flags if f.state == "confirmed"}
        self.flags = {f.number: f for f in r.flags}
        self.crimes = {c.key: c for c in r.crimes}
        self.suspects: dict[str, list[Named]] = defaultdict(list)
        self.harmed: dict[str, list[Named]] = defaultdict(list)
        for n in r.named:
            (self.suspects if n.role == "suspect" else self.harmed)[n.key].append(n)
        self.of_flag: dict[int, list[str]] = defaultdict(list)
        for c in r.crimes:
            for number in c.flags:
                self.of_flag[number].append(c.key)
        self.members: dict[str, list[str]] = defaultdict(list)
        for m in r.members:
            if m.role != "child":
                self.members[m.group].append(m.person)
        self.counts: dict[str, tuple[Flag, ...]] = {}  # crime that counts → flags by which it does
        self.out: list[LeftOut] = []

    # ---- which crimes ----

    def named_in(self, flag: Flag) -> set[str]:
        return {n.person for k in self.of_flag[flag.number] for n in self.suspects[k]}

    def involved(self, flag: Flag) -> int:
        """People known or believed to be involved: named in any crime of the flag, or members of its group, or by the flag's own word."""
        known = self.named_in(flag) | set(self.members[flag.group])
        return max(len(known), 2 if flag.axes.get("group_basis") in TWO_BELIEVED else 0)

    def why_not_flag(self, flag: Flag) -> str:
        rule, basis, nature = (
            self.spec.population,
            flag.axes.get("group_basis", ""),
            flag.axes.get("nature", ""),
        )
        if flag.state != "confirmed":
            return f"the flag {WAITS.get(flag.state, 'is withdrawn')}"
        if basis and basis not in rule.basis:
            return f"the confirmed flag says that the group basis is “{self.said('group_basis', basis)}”"
        if nature and nature not in rule.nature:
            return f"the confirmed flag says that the nature is “{self.said('nature', nature)}”"
        if (n := self.involved(flag)) < rule.suspects:
            return f"the confirmed flag has {'nobody' if n == 0 else 'one suspect only' if n == 1 else f'{n} suspects only'}, identified or not; the rule asks for {rule.suspects}"
        return ""

    def said(self, axis: str, code: str) -> str:
        return self.r.words.get(f"axis.{axis}", {}).get(code, code.replace("_", " "))

    def why_not_crime(self, c: Crime) -> list[str]:
        out = []
        if c.recorded is None:
            out.append("no date of recording")
        elif not self.when.holds(c.recorded.astimezone(LONDON)):
            out.append(f"recorded outside the year, on {long_day(c.recorded.astimezone(LONDON).date())}")
        harmed, under = self.harmed[c.key], self.spec.population.under
        if not harmed:
            out.append("nobody is recorded as harmed")
        elif not any(n.age is not None and n.age < under for n in harmed):
            unknown = any(n.age is None for n in harmed)
            out.append(f"nobody harmed is known to have been under {under} on the day" + ("; an age is not recorded" if unknown else ""))  # fmt: skip
        return out

    def choose(self) -> None:
        for c in sorted(self.r.crimes, key=lambda c: c.key):
            flags = [self.flags[n] for n in c.flags if n in self.flags and self.flags[n].state != "withdrawn"]
            good = tuple(f for f in flags if not self.why_not_flag(f))
            wrong = self.why_not_crime(c)
            if good and not wrong:
                self.counts[c.key] = good
                if not self.suspects[c.key]:
                    self.leave("crime", c.key, "the crime counts, and names nobody as suspect: nobody in it is counted as identified", (c.key,), good)  # fmt: skip
                continue
            about = list(dict.fromkeys(self.why_not_flag(f) for f in flags)) if not good else []
            if not flags and c.own_flag:
                about = ["it carries the record system's own flag, and no flag here says group-based"]
            inside = c.recorded is None or self.when.holds(c.recorded.astimezone(LONDON))
            if inside or any(f.number in self.confirmed for f in flags):
                self.leave("crime", c.key, "; ".join([*wrong, *about]), (c.key,), tuple(flags))
        for f in self.confirmed.values():
            self.lost(f)

    def lost(self, f: Flag) -> None:
        """What a confirmed flag rests on and is no crime that is held."""
        keys = [k for k in f.keys if k.startswith("crimes:")]
        for k in keys:
            if k not in self.crimes:
                self.leave("crime", k, "the crime is not held any more, or not linked", (k,), (f,))
        if not keys:
            self.leave("flag", str(f.number), "the confirmed flag rests on no crime: nothing was recorded as one", f.keys, (f,))  # fmt: skip
        counted = {n.person for k, flags in self.counts.items() if f in flags for n in self.suspects[k]}
        for person in sorted(set(self.members[f.group]) - counted):
            if not person.startswith(UNNAMED):
                self.leave("person", person, "a proposed person of concern in the group of the confirmed flag; no crime that counts names them as suspect", (), (f,))  # fmt: skip

    def leave(self, about: str, ident: str, says: str, keys: tuple[str, ...], flags: Iterable[Flag]) -> None:
        self.out.append(LeftOut(about, ident, says, keys, tuple(sorted({f.number for f in flags}))))

    # ---- who in them ----

    def pairs(self) -> list[Pair]:
        ages: dict[tuple[str, str], list[int | None]] = defaultdict(list)
        for k in self.counts:
            for n in self.suspects[k]:
                ages[n.person, k].append(n.age)
        out = []
        for (person, k), told in sorted(ages.items()):
            known = [a for a in told if a is not None]
            out.append(Pair(person, k, age_word(min(known) if known else None), tuple(f.number for f in self.counts[k])))  # fmt: skip
        return out

    def held(self, people: set[str]) -> list[Detention]:
        found = [d for d in self.r.detentions if d.person in people and d.arrested and self.when.holds(d.arrested.astimezone(LONDON))]  # fmt: skip
        return sorted(found, key=lambda d: d.key)

    def unidentified(self) -> list[Unidentified]:
        """Members of the flag's group whom nobody identified, or as many as the flag's own word says there are at least."""
        seen: set[str] = set()
        out = []
        for f in sorted({f.number: f for flags in self.counts.values() for f in flags}.values(), key=lambda f: f.number):  # fmt: skip
            keys = tuple(k for k in sorted(self.counts) if f in self.counts[k])
            nameless = {m for m in self.members[f.group] if m.startswith(UNNAMED)} - seen
            seen |= nameless
            believed = max(1, 2 - len(self.named_in(f))) if f.axes.get("group_basis") == "unidentified" else 0
            if n := max(len(nameless), believed):
                how = "members of the proposed group whom nobody has identified" if len(nameless) >= believed else "at least so many, by the word of the confirmed flag"  # fmt: skip
                out.append(Unidentified(n, how, f.number, f.group, keys))
        return out

    # ---- rows ----

    def facts(self, ident: str, named: list[Named], keys: list[str], held: list[Detention]) -> Facts:
        flags = tuple({f.number: f for k in keys for f in self.counts[k]}.values())
        ages = frozenset(age_word(n.age) for n in named)
        harmed = tuple(n for k in keys for n in self.harmed[k] if n.age is not None and n.age < self.spec.population.under)  # fmt: skip
        return Facts(
            pseudonym(self.secret, ident), tuple(named), tuple(self.crimes[k] for k in keys), tuple(held), flags, harmed,
            max((self.involved(f) for f in flags), default=0), ages, self.r.words,
        )  # fmt: skip

    def row(self, person: str, ident: str, age: str, named: list[Named], keys: list[str], held: list[Detention]) -> Row:  # fmt: skip
        facts = self.facts(ident, named, keys, held)
        cells = {f.name: FIELDS[f.name][1](facts) for f in self.spec.fields}
        return Row(facts.ident, person, age, cells, tuple(keys), tuple(d.key for d in held), tuple(sorted(f.number for f in facts.flags)))  # fmt: skip

    def rows(self, pairs: list[Pair], held: list[Detention]) -> list[Row]:
        if self.spec.row == "crime":
            return sorted((self.crime_row(k) for k in self.counts), key=lambda r: r.ident)
        out = []
        for person in sorted({p.person for p in pairs}):
            keys = [p.crime for p in pairs if p.person == person]
            ages = {p.age for p in pairs if p.person == person}
            age = CHILD if CHILD in ages else UNKNOWN if UNKNOWN in ages else ADULT
            named = [n for k in keys for n in self.suspects[k] if n.person == person]
            out.append(self.row(person, person, age, named, keys, [d for d in held if d.person == person]))
        return sorted(out, key=lambda r: r.ident)

    def crime_row(self, key: str) -> Row:
        """Of a crime the arrests of its suspects count also after the year: what was done about it is looked for."""
        named = self.suspects[key]
        people = {n.person for n in named}
        ages = {age_word(n.age) for n in named}
        age = CHILD if CHILD in ages else UNKNOWN if UNKNOWN in ages or not ages else ADULT
        held = sorted(
            (d for d in self.r.detentions if d.person in people and d.arrested), key=lambda d: d.key
        )
        return self.row("", key, age, named, [key], held)

    def result(self, year: str) -> Return:
        self.choose()
        pairs = self.pairs()
        people = {p.person for p in pairs}
        held = self.held(people)
        out = sorted(self.out, key=lambda x: (x.about, x.ident, x.says))
        return Return(
            self.spec.code, self.spec.version, year, self.r.as_of.isoformat(), self.r.run, tuple(pairs),
            tuple((d.key, d.person, age_word(d.age)) for d in held), tuple(self.rows(pairs, held)), tuple(self.unidentified()), tuple(out), self.r.not_current,
        )  # fmt: skip
