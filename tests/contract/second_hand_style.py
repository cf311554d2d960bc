"""How the second hand writes: control-room shorthand, social work's prose, terse custody notes, graded reports."""

import csv
import random
import re
from pathlib import Path

HERE = Path(__file__).parent
FEMALE, MALE = (
    re.compile(r"\b(she|her|herself|girl|girls|sister)\b", re.I),
    re.compile(r"\b(he|him|his|himself|boy|lad|brother)\b", re.I),
)
INITIALS = ("KJB", "MKS", "TPW", "RAO", "DLC", "SHN", "FEG", "OBW")


def _read(name: str) -> list[dict]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def indicator_sentences() -> dict[str, set[tuple[str, str]]]:
    """Sentence to the (indicator, status) pairs that it states."""
    found: dict[str, set[tuple[str, str]]] = {}
    for row in _read("sentences.csv"):
        found.setdefault(row["sentence"], set()).add((row["indicator"], row["status"]))
    return found


def plain_sentences() -> list[str]:
    """Sentences that state no indicator, though they use the same nouns."""
    return [row["sentence"] for row in _read("plain_sentences.csv")]


def blaming_sentences() -> list[dict]:
    """``sentence, phrase, quoted, signals``; an empty phrase says that there is nothing to find."""
    return _read("blaming_sentences.csv")


INDICATORS, PLAIN, BLAMING = indicator_sentences(), plain_sentences(), blaming_sentences()


def fits(sentence: str, sex: str) -> bool:
    """False where the sentence speaks of a girl and the record of a boy, or the reverse."""
    girl, boy = bool(FEMALE.search(sentence)), bool(MALE.search(sentence))
    return not ((sex == "M" and girl and not boy) or (sex == "F" and boy and not girl))


class Text:
    """A record's text as it grows, with what is true of it and where."""

    def __init__(self) -> None:
        self.text = ""
        self.signals: set[tuple[str, str]] = set()
        self.blame: list[tuple[int, int, bool]] = []

    def raw(self, words: str) -> None:
        self.text += words

    def add(
        self, sentence: str, signals: set[tuple[str, str]], phrase: str = "", quoted: bool = False
    ) -> None:
        if self.text and not self.text[-1].isspace():
            self.text += " "
        if phrase:
            start = len(self.text) + sentence.index(phrase)
            self.blame.append((start, start + len(phrase), quoted))
        self.text += sentence
        self.signals |= signals


def pick(rng: random.Random, table: str, sex: str, child: bool, plain_only: bool = False) -> list[tuple]:
    """The sentences of one record: ``(sentence, signals, phrase, quoted)``, in an order that is drawn."""
    chosen = [(s, set(), "", False) for s in rng.sample(PLAIN, 1 if plain_only else rng.randrange(1, 4))]
    if plain_only or not child:
        return chosen
    said: set[str] = set()
    for _ in range(rng.choice((0, 1, 1, 2))):
        sentence = rng.choice([s for s in INDICATORS if fits(s, sex)])
        signals = INDICATORS[sentence]
        # one status for one indicator in a record, so that the truth of a record never depends on which comes first
        if not said & {i for i, _ in signals} and not (
            table == "missing_episodes"
            and {i for i, _ in signals} & {"missing_episode", "repeat_missing", "return_interview_overdue"}
        ):
            said |= {i for i, _ in signals}
            chosen.append((sentence, signals, "", False))
    if rng.random() < 0.12:
        row = rng.choice([b for b in BLAMING if fits(b["sentence"], sex)])
        signals = {tuple(pair.split(":")) for pair in row["signals"].split("|") if pair}
        if not said & {i for i, _ in signals}:
            chosen.append((row["sentence"], signals, row["phrase"], row["quoted"] == "true"))
    rng.shuffle(chosen)
    return chosen


OPENINGS = {
    "crimes": ("OEL entry. ", "Initial report. ", ""),
    "missing_episodes": ("CIRCUMSTANCES: ", "DETAILS OF REPORT:\nCIRCUMSTANCES: ", "RISK RATIONALE: medium. CIRCUMSTANCES: "),
    "intelligence": ("Intelligence suggests that the following is current. ", "", "Sanitised. "),
    "custody": ("CUSTODY NOTE. ", "DP booked in. ", ""),
    "vulnerability_entries": ("", "List review. "),
    "partner_referrals": (
        "Dear colleague,\n\nThank you for the call this morning. I write as agreed with the latest on the above. ",
        "From: Designated Safeguarding Lead\nTo: MASH front door\n\n",
        "CASE NOTE. The visit took place after school and lasted an hour; the sitting room was warm and the kettle was on. ",
    ),
}  # fmt: skip
CLOSINGS = {
    "partner_referrals": ("\n\nKind regards,\nPastoral Office", " I will write again after the core group.", ""),
    "missing_episodes": (" SUPERVISOR: read and agreed.", ""),
    "custody": (" Log ends.", ""),
}  # fmt: skip


def dress(rng: random.Random, table: str, sex: str, sentences: list[tuple]) -> Text:
    """The sentences in the manner of the table's system; the manner itself states nothing."""
    text = Text()
    if table == "incidents":
        minute = rng.randrange(0, 1200)
        for sentence in sentences:
            minute += rng.randrange(1, 9)
            text.raw(
                ("\n" if text.text else "") + f"{minute // 60:02d}{minute % 60:02d} {rng.choice(INITIALS)} "
            )
            text.add(*sentence)
        return text
    text.raw(rng.choice(OPENINGS[table]))
    for sentence in sentences:
        text.add(*sentence)
    text.raw(rng.choice(CLOSINGS.get(table, ("",))))
    return text
