"""From the ties of one connected component to its candidate groups. Plain Python, no tables.

1. Ties of families and households, and places that are a child's own home, fall away; so do those of whoever may
   be one of the children, or their family, written down without an age.
2. Two persons of concern are a *core pair* with two independent contexts: different contexts, different
   records, more than one event, enough weight. Records graded low count for none of it (practice rule 11).
   A child through whom both are reached by different contexts is a context, too. Three persons are a *core
   triple* when each two share a context, all different, in three records.
3. Connected core pairs are one core; a core that is too large loses its weakest pairs.
4. Whoever is tied to two of a core, or to one of it and to the same child, is attached; then the children.
5. What is left must hold two persons of concern, a child, three records, more than one event, and a record
   that speaks of exploitation, or several about several children that do so together (IICSA 2022, Part C.3 para 21: two or more, identified or not, involved or
   facilitating). No recorded crime is needed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

Pair = tuple[str, str]
THINGS = ("phone:", "vehicle:", "handle:", "email:")
COMPANION = "unidentified-companion-"
Config = dict[str, Any]


@dataclass(frozen=True)
class Node:
    """What is known of one person, over all of their records. ``child``: under 18 at the time."""

    child: bool
    named_as_suspect: bool  # under 18 at the time and named as suspect, detained or line member
    identified: bool = True
    homes: frozenset[str] = frozenset()
    surnames: frozenset[str] = frozenset()
    kin: frozenset[str] = frozenset()  # persons to whom a record says they are family or carer
    names: frozenset[str] = frozenset()  # forename and surname, as they stand together in a row
    aged: bool = True  # some record gives a birth date
    accused: bool = False  # some record names them as suspect, detained or line member

    @property
    def of_concern(self) -> bool:
        return not self.child or self.named_as_suspect


@dataclass(frozen=True)
class Record:
    """One record: ``minute`` since 1970 (-1 unknown), ``grade`` and ``exploitation`` per mille."""

    kind: str
    minute: int
    grade: int
    exploitation: int


@dataclass(frozen=True)
class Tie:
    a: str
    b: str
    kind: str
    context: str
    weight: int
    pairs: frozenset[Pair]  # the record that shows a in the context, the one that shows b (often the same)

    @cached_property
    def records(self) -> frozenset[str]:
        return frozenset(r for pair in self.pairs for r in pair)

    @cached_property
    def sides(self) -> tuple[frozenset[str], frozenset[str]]:
        """The records that show a, and those that show b."""
        return frozenset(p[0] for p in self.pairs), frozenset(p[1] for p in self.pairs)

    def keep(self, record: Callable[[str], bool]) -> Tie | None:
        """The tie as shown by some records only; None where nothing is left of one side."""
        left = frozenset(p for p in self.pairs if record(p[0]) and record(p[1]))
        if len(left) == len(self.pairs):
            return self
        return Tie(self.a, self.b, self.kind, self.context, self.weight, left) if left else None


@dataclass(frozen=True)
class Group:
    """``core`` holds persons of concern the group rests on (children named as suspects among them)."""

    core: tuple[str, ...]
    attached: tuple[str, ...]
    children: tuple[str, ...]
    ties: tuple[Tie, ...]

    @property
    def members(self) -> frozenset[str]:
        return frozenset((*self.core, *self.attached, *self.children))

    @property
    def records(self) -> frozenset[str]:
        return frozenset(r for t in self.ties for r in t.records)


@dataclass
class Material:
    """One component (or a part of it): its nodes, ties and records."""

    nodes: dict[str, Node]
    records: dict[str, Record]
    ties: list[Tie] = field(default_factory=list)

    def without(self, gone: frozenset[str] | set[str], among: frozenset[str] | None = None) -> Material:
        """The same without some records, and among some people only."""
        inside = (t for t in self.ties if among is None or (t.a in among and t.b in among))
        kept = (t if t.records.isdisjoint(gone) else t.keep(lambda r: r not in gone) for t in inside)
        ties = [t for t in kept if t is not None]
        return Material(self.nodes, self.records, ties)


def events(records: Iterable[str], facts: dict[str, Record], config: Config) -> int:
    """How many different events the records tell of; those within ``event_hours`` of one's start are one."""
    span = config["threshold"]["event_hours"] * 60
    count, start = 0, None
    for minute in sorted(facts[r].minute for r in records):
        if minute >= 0 and (start is None or minute - start > span):
            count, start = count + 1, minute
    return max(count, 1 if start is None and any(True for _ in records) else count)


def household(a: Node, b: Node) -> bool:
    """The same home, or (where one of them is a child) the same surname."""
    return bool(a.homes & b.homes) or ((a.child or b.child) and bool(a.surnames & b.surnames))


def family(a: str, b: str, nodes: dict[str, Node]) -> bool:
    """Family, carers and households: by relationship or role recorded, by home, by surname with a child."""
    return b in nodes[a].kin or a in nodes[b].kin or household(nodes[a], nodes[b])


def namesakes(material: Material) -> set[str]:
    """Whoever has the name of a child in the same company, and no age: most likely that child, whom a hurried record names
    without a birth date, and by a surname alone perhaps the child's family. Such a person is proposed as nobody (practice
    rule 8: a child first). Whom a record accuses stays, so that nothing said of anybody is lost.
    """
    nodes = material.nodes
    children: dict[str, set[str]] = defaultdict(set)
    for n, node in nodes.items():
        if node.child:
            for name in node.names | node.surnames:
                children[name].add(n)
    asked = {
        n: set().union(*(children[name] for name in node.names or node.surnames if name in children)) - {n}
        for n, node in nodes.items()
        if node.identified and not (node.child or node.aged or node.accused)
    }
    near: dict[str, set[str]] = defaultdict(set)
    for t in material.ties:
        near[t.a].add(t.b)
        near[t.b].add(t.a)
    return {n for n, same in asked.items() if any(c in near[n] or near[c] & near[n] for c in same)}


def usable_ties(material: Material) -> list[Tie]:
    """Ties without families' own, without those of a child's namesakes, and without children's homes as places."""
    nodes, gone = material.nodes, namesakes(material)
    homes = {h for n in nodes.values() if n.child for h in n.homes}
    homes |= {"address:|" + h.rpartition("|")[2] for h in homes}
    out = []
    for t in material.ties:
        a, b = nodes[t.a], nodes[t.b]
        if t.context in homes or t.a in gone or t.b in gone:
            continue
        if (a.child != b.child or (a.child and b.child)) and family(t.a, t.b, nodes):
            continue
        if t.kind == "address" and household(a, b):
            continue
        if t.kind == "child":
            child = t.context.partition(":")[2]
            if child in nodes and any(p != child and family(p, child, nodes) for p in (t.a, t.b)):
                continue
        out.append(t)
    return out


Evidence = dict[str, tuple[int, frozenset[str]]]  # context → weight, records


@lru_cache(maxsize=100_000)
def roots(context: str) -> frozenset[str]:
    """What a context rests on: itself, or the objects of a path over a child."""
    return frozenset(context.removeprefix("through:").split("+"))


def independent(shared: Evidence) -> Evidence:
    """Contexts that rest on nothing in common, the strongest first."""
    out: Evidence = {}
    used: set[str] = set()
    for context, (weight, records) in sorted(shared.items(), key=lambda item: (-item[1][0], item[0])):
        if used.isdisjoint(roots(context)):
            used |= roots(context)
            out[context] = (weight, records)
    return out


class Graph:
    """Ties of a material by pair, and who is tied to which child. Low-graded records count only in ``every``."""

    def __init__(self, material: Material, config: Config) -> None:
        self.nodes, self.records, self.config = material.nodes, material.records, config
        self.every = usable_ties(material)
        low = config["threshold"]["low_grade"]
        poor = {r for r, f in material.records.items() if f.grade <= low}
        self.grown: dict[Pair, Evidence] = defaultdict(dict)
        self.to_child: dict[str, dict[str, Evidence]] = defaultdict(lambda: defaultdict(dict))
        with_child = set()
        reached: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self.shown: dict[str, set[str]] = defaultdict(set)
        self.users: dict[str, set[str]] = defaultdict(set)
        for t in self.every:
            solid = t if t.records.isdisjoint(poor) else t.keep(lambda r: self.records[r].grade > low)
            if solid is None:
                continue
            left = solid.records
            self.users[t.context] |= {t.a, t.b}
            self.shown[t.a] |= solid.sides[0]
            self.shown[t.b] |= solid.sides[1]
            a, b = self.nodes[t.a], self.nodes[t.b]
            if a.of_concern and b.of_concern and not self._own_child(t):
                self.grown[t.a, t.b][t.context] = (t.weight, left)
            for grown, child in ((t.a, t.b), (t.b, t.a)):
                if self.nodes[child].child and self.nodes[grown].of_concern:
                    self.to_child[child][grown][t.context] = (t.weight, left)
                    with_child.add(t.context)
                    reached[t.context][child] |= solid.sides[0 if child == t.a else 1]
        self.with_child = with_child
        self._through_children()
        self._by_things(reached)

    def _own_child(self, t: Tie) -> bool:
        """A tie that says only that one of the two is a child whom the other was named with."""
        return t.kind == "child" and t.context.partition(":")[2] in (t.a, t.b)

    def _through_children(self) -> None:
        """Two people reached by one child through different contexts share what brings them to the child.

        The path is named after its objects (a number, a vehicle), so that one number which three children ring
        is one context and not three.
        """
        for child, reached in self.to_child.items():
            people = sorted(p for p in reached if p != child)
            if len(people) > self.config["kind"]["child"]["cap"]:
                continue
            for i, a in enumerate(people):
                for b in people[i + 1 :]:
                    if f"child:{child}" not in self.grown.get((a, b), {}):
                        self._join(a, b, child)

    def _by_things(self, reached: dict[str, dict[str, set[str]]]) -> None:
        """A number, vehicle or online name that two people share, and that concern records at different times put
        beside different children, is more than one thing in common: the children it reaches count once more."""
        need = self.config["threshold"]
        for context in sorted(reached):
            if not context.startswith(THINGS):
                continue
            spoken = {
                child: frozenset(r for r in rs if self.records[r].exploitation >= need["concern"])
                for child, rs in reached[context].items()
            }
            spoken = {child: rs for child, rs in spoken.items() if rs}
            records = frozenset(r for rs in spoken.values() for r in rs)
            apart = len(spoken) >= need["thing_children"] and len(records) >= need["thing_children"]
            if not apart or events(records, self.records, self.config) < need["group_events"]:
                continue
            for (a, b), shared in self.grown.items():
                if context in shared and self.nodes[a].identified and self.nodes[b].identified:
                    weight = shared[context][0] * need["through_share"] // 1000
                    shared[f"through:{context}@{min(spoken)}"] = (weight, records)

    def _join(self, a: str, b: str, child: str) -> None:
        """The strongest path from ``a`` over ``child`` to ``b``, as a context of both."""
        shared = self.grown.get((a, b), {})
        left, right = self.to_child[child][a], self.to_child[child][b]
        best: tuple[int, str, str] | None = None
        for ca, (wa, _) in left.items():
            for cb, (wb, _) in right.items():
                if ca != cb and ca not in shared and cb not in shared:
                    found = (-min(wa, wb), ca, cb)
                    best = found if best is None or found < best else best
        if best is None:
            return
        weight = -best[0] * self.config["threshold"]["through_share"] // 1000
        objects = [c for c in sorted(best[1:]) if not c.startswith("child:")]
        name = "through:" + "+".join(objects or [f"child:{child}"])
        firm = max((side[c][0] for side, c in ((left, best[1]), (right, best[2])) if c in objects), default=0)
        if (
            len(objects) == 1
            and firm >= self.config["threshold"]["sole_user_weight"]
            and self._sole_user(objects[0])
        ):
            # Whoever alone uses a car is where it is: each child it is seen with is a context of its own.
            name += f"@{child}"
        before = self.grown[a, b].get(name, (0, frozenset()))
        self.grown[a, b][name] = (max(before[0], weight), before[1] | left[best[1]][1] | right[best[2]][1])

    def drop(self, gone: set[str]) -> None:
        """Leaves out some nodes."""
        self.every = [t for t in self.every if t.a not in gone and t.b not in gone]
        self.grown = defaultdict(dict, {p: e for p, e in self.grown.items() if not gone & set(p)})
        for reached in self.to_child.values():
            for n in gone & set(reached):
                del reached[n]

    def core_pairs(self) -> dict[Pair, int]:
        """Core pairs and their weight."""
        need, out = self.config["threshold"], {}
        for pair, every in self.grown.items():
            # All there are, independent or not, can be too few or too light already.
            if len(every) < need["core_contexts"] or sum(w for w, _ in every.values()) < need["core_weight"]:
                continue
            shared = independent(every)
            records = frozenset(r for _, rs in shared.values() for r in rs)
            weight = sum(w for w, _ in shared.values())
            if (
                len(shared) >= need["core_contexts"]
                and len(records) >= need["core_contexts"]
                and weight >= need["core_weight"]
                and self._shown_enough(pair, shared)
                and self._about_a_child(shared)
                and not (self._unknown(pair[0]) and self._unknown(pair[1]) and self._one_record(pair))
                and events(records, self.records, self.config) >= need["group_events"]
            ):
                out[pair] = weight
        for pair, weight in self._triples():
            out[pair] = max(out.get(pair, 0), weight)
        return out

    def _sole_user(self, context: str) -> bool:
        people = {n for n in self.users[context] if self.nodes[n].identified and not self.nodes[n].child}
        return context.startswith(("vehicle:", "phone:", "handle:")) and len(people) == 1

    def _shown_enough(self, pair: Pair, shared: Evidence) -> bool:
        """Whoever stands in one record only is tied by what weighs more, by two of its contexts at most, and not by
        a child alone."""
        if min(len(self.shown[n]) for n in pair) > 1:
            return True
        if all(c.startswith(("child:", "through:child:")) for c in shared):
            return False
        top = sorted((w for w, _ in shared.values()), reverse=True)[:2]
        return sum(top) >= self.config["threshold"]["single_record_weight"]

    def _unknown(self, node: str) -> bool:
        return not self.nodes[node].identified

    def _one_record(self, pair: Pair) -> bool:
        """A number and a vehicle of one record may well be one person's."""
        first, second = ({r for t in self.every if n in (t.a, t.b) for r in t.records} for n in pair)
        return bool(first & second)

    def _about_a_child(self, shared: Evidence) -> bool:
        return any(c.startswith(("child:", "through:")) or c in self.with_child for c in shared)

    def _triples(self) -> list[tuple[Pair, int]]:
        """Pairs of three people who share a context two by two, all different, in three records."""
        need = self.config["threshold"]
        beside: dict[str, set[str]] = defaultdict(set)
        strong = {}
        for (a, b), shared in self.grown.items():
            top = sorted(((-w, c, r) for c, (w, r) in shared.items() if w >= need["attach_weight"]))
            if top:
                strong[a, b] = top
                beside[a].add(b)
                beside[b].add(a)
        out = []
        for a, b in sorted(strong):
            for c in sorted(beside[a] & beside[b]):
                if c <= b:
                    continue
                sides = [strong[a, b], strong[b, c], strong[a, c]]
                choice = _different(sides)
                if choice is None:
                    continue
                records = frozenset(r for _, _, rs in choice for r in rs)
                shared = {ctx: (-w, rs) for w, ctx, rs in choice}
                if (
                    len(records) >= need["group_records"]
                    and self._about_a_child(shared)
                    and events(records, self.records, self.config) >= need["group_events"]
                ):
                    out += [((a, b), -choice[0][0]), ((b, c), -choice[1][0]), ((a, c), -choice[2][0])]
        return out


def _different(
    sides: list[list[tuple[int, str, frozenset[str]]]],
) -> list[tuple[int, str, frozenset[str]]] | None:
    """One context for each of three sides, all different; the first in order, or None."""
    for x in sides[0]:
        for y in sides[1]:
            if not roots(x[1]).isdisjoint(roots(y[1])):
                continue
            used = roots(x[1]) | roots(y[1])
            for z in sides[2]:
                if used.isdisjoint(roots(z[1])):
                    return [x, y, z]
    return None


def components(edges: Iterable[Pair]) -> list[list[str]]:
    """Connected components, each sorted, in order of their smallest member."""
    parent: dict[str, str] = {}

    def find(x: str) -> str:
        while parent.setdefault(x, x) != x:
            parent[x] = parent[parent[x]]
            x = parent[x]
        return x

    for a, b in edges:
        ra, rb = find(a), find(b)
        if ra != rb:
            parent[max(ra, rb)] = min(ra, rb)
    found: dict[str, list[str]] = defaultdict(list)
    for x in sorted(parent):
        found[find(x)].append(x)
    return [found[k] for k in sorted(found)]


def cores(pairs: dict[Pair, int], largest: int) -> list[list[str]]:
    """Components of core pairs; a too large one loses its weakest pairs until its parts are small enough."""
    out = []
    for part in components(pairs):
        if len(part) <= largest:
            out.append(part)
            continue
        inside = {p: w for p, w in pairs.items() if p[0] in part and p[1] in part}
        weakest = min(inside.values())
        left = {p: w for p, w in inside.items() if w > weakest}
        # Pairs that all weigh the same tell nothing apart: the crowd is no group.
        out += cores(left, largest) if left else []
    return sorted(out)


def find_groups(material: Material, config: Config) -> list[Group]:
    """Candidate groups of one component, in order of their first core member."""
    graph = Graph(material, config)
    out = []
    for core in cores(_without_companions(graph.core_pairs(), graph), config["threshold"]["largest_core"]):
        group = _complete(core, graph)
        if group is not None:
            out.append(group)
    return out


def _without_companions(pairs: dict[Pair, int], graph: Graph) -> dict[Pair, int]:
    """An unnamed companion counts only where nobody else is in a core pair with the same person."""
    partners: dict[str, set[str]] = defaultdict(set)
    for a, b in pairs:
        for one, other in ((a, b), (b, a)):
            if not other.startswith(COMPANION):
                partners[one].add(other)
    gone = {
        n for pair in pairs for n, other in (pair, pair[::-1]) if n.startswith(COMPANION) and partners[other]
    }
    gone |= {n for n in graph.nodes if n.startswith(COMPANION) and not any(n in pair for pair in pairs)}
    graph.drop(gone)
    return {pair: w for pair, w in pairs.items() if not gone & set(pair)}


def _complete(core: list[str], graph: Graph) -> Group | None:
    """The core with whoever is attached and with its children, if it holds what a group needs."""
    inside = set(core)
    children = _children(inside, graph)
    attached = _attached(inside, children, graph)
    children = _children(inside | attached, graph) - inside - attached
    people = inside | attached | children
    ties = tuple(t for t in graph.every if t.a in people and t.b in people)
    # Children who are named as suspects are in the core; they are children all the same.
    group = Group(tuple(sorted(inside)), tuple(sorted(attached)), tuple(sorted(children)), ties)
    return group if _stands(group, graph) else None


def _children(people: set[str], graph: Graph) -> set[str]:
    """Children named with one of them in a concern record, or who share a context of theirs."""
    out = set()
    concern = graph.config["threshold"]["concern"]
    for child, reached in graph.to_child.items():
        shared: Evidence = {}
        tied = set()
        for person, contexts in reached.items():
            if person in people and person != child:
                for c, (w, rs) in contexts.items():
                    before = shared.get(c, (0, frozenset()))
                    shared[c] = (max(before[0], w), before[1] | rs)
                tied.add(person)
        records = {r for _, rs in shared.values() for r in rs}
        weight = sum(w for w, _ in shared.values())
        near = any(c == f"child:{child}" for c in shared)
        spoken = any(graph.records[r].exploitation >= concern for r in records)
        if (near and weight >= graph.config["threshold"]["child_weight"]) or (
            weight >= graph.config["threshold"]["attach_weight"] and spoken
        ) or (len(tied) >= 2 and len(shared) >= 2):  # fmt: skip
            out.add(child)
    return out


def _attached(core: set[str], children: set[str], graph: Graph) -> set[str]:
    """Tied to two of the core by more than the one child, or to one of it and to the same child."""
    need = graph.config["threshold"]
    reached: dict[str, dict[str, Evidence]] = defaultdict(dict)
    for (a, b), shared in graph.grown.items():
        if (a in core) != (b in core):
            outside, member = (b, a) if a in core else (a, b)
            reached[outside][member] = shared
    out = set()
    for person, to_core in reached.items():
        if person in children and not graph.nodes[person].named_as_suspect:
            continue
        joined: Evidence = {}
        for c, (w, rs) in (item for shared in to_core.values() for item in shared.items()):
            before = joined.get(c, (0, frozenset()))
            joined[c] = (max(before[0], w), before[1] | rs)
        # A number shared with one of the core and leading over a child to another is one context, not two.
        contexts = independent(joined)
        records = {r for _, rs in contexts.values() for r in rs}
        weight = sum(w for w, _ in contexts.values())
        apart = {c: v for c, v in joined.items() if not c.startswith(("child:", "through:"))}
        # A child tie of little weight (no words of concern, or a busy child) brings nobody in by itself.
        by_children = {
            c
            for c in children
            if graph.to_child[c].get(person, {}).get(f"child:{c}", (0, None))[0]
            >= need["attach_child_weight"]
        }
        enough = need["core_weight"]
        if len(graph.shown[person]) == 1:
            enough = need["single_record_weight"]
            weight = sum(w for w, _ in list(contexts.values())[:2])
            by_children = set() if not apart else by_children
        several = len(contexts) >= 2 and len(records) >= 2 and weight >= enough
        # One place alone brings nobody in: others than they go there, too.
        # And what only one record puts beside the core is the record's tie, not a habit.
        things = [
            w
            for c, (w, rs) in apart.items()
            if not c.startswith(("premises:", "address:")) and len(rs - graph.shown[person]) >= 2
        ]
        two = len(to_core) >= 2 and max(things, default=0) >= need["attach_weight"]
        same_child = bool(by_children) and bool(apart) and weight >= need["attach_weight"]
        if (several and (by_children or apart)) or two or same_child:
            out.add(person)
    return out


def _stands(group: Group, graph: Graph) -> bool:
    """Whether what was put together is a candidate group."""
    need, nodes = graph.config["threshold"], graph.nodes
    grown = [p for p in (*group.core, *group.attached) if not nodes[p].child]
    peers = [p for p in (*group.core, *group.attached) if nodes[p].child]
    solid = [r for r in group.records if graph.records[r].grade > need["low_grade"]]
    speaking = [r for r in solid if graph.records[r].exploitation >= need["exploitation"]]
    # Records of several kinds that say a little each, about several children, speak together; crimes alone do not.
    quiet = [graph.records[r] for r in solid if graph.records[r].exploitation > 0]
    together = (
        len(group.children) + len(peers) >= need["quiet_children"]
        and len({r.kind for r in quiet}) >= need["quiet_kinds"]
        and sum(r.exploitation for r in quiet) >= need["quiet_sum"]
    )
    if not (speaking or together) or events(solid, graph.records, graph.config) < need["group_events"]:
        return False
    if (
        not any(nodes[p].identified for p in (*group.core, *group.attached))
        and len(solid) <= need["group_records"]
    ):
        return False
    recorded = [r for r in solid if graph.records[r].exploitation >= need["recorded_concern"]]
    enough = len(solid) >= need["group_records"] or len(recorded) >= need["recorded_records"]
    if len(grown) >= 2:
        return enough and bool(group.children or peers)
    # Fewer than two adults: peers carry it, so another child and more speaking records are asked for.
    return (
        enough
        and len(grown) + len(peers) >= 2
        and bool(group.children)
        and len(speaking) >= need["peer_exploitation"]
    )
