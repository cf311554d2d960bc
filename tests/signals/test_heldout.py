"""Sentences written after the rules, in other voices: the measured figure, printed (run with -s), and a floor.

The first set was measured once (precision 0.773, recall 0.823, F1 0.797) and then used for corrections; the second
was written after that.

The third, by a writer who had seen no rule, was measured first: precision 0.729, recall 0.553, F1 0.629 with the right
status. The fourth (control room and front line) and the fifth (partners and the public), each by a hand of its own and
looking for wording that nobody uses twice, were measured at F1 0.478 and 0.506. All three were then used for the rules that ask
for several concepts in one sentence (``rules/indicators_sense.toml``).

The first four were read again for rules of what is told as not so (``rules/indicators_denied.toml``) and for what wide rules
found wrongly, the fourth for ``rules/indicators_plain.toml``: their figures flatter. The fifth was measured and not read for
any of these: F1 0.744 before, 0.763 after.

The sixth, by yet another hand, was measured before the rules of several concepts (precision 0.791, recall 0.692, F1 0.738), after them
(0.778, 0.759, 0.768) and after those of denials (0.783, 0.807, 0.795); no sentence of it was read by whoever wrote rules. It
is what a force whose words nobody has met should expect of the rules as they ship.

The seventh (control room and front line), the eighth (partners and intelligence) and the ninth, by further hands that saw no
rule, were measured before anything was done: F1 0.777 (precision 0.780, recall 0.774), 0.779 (0.789, 0.769) and 0.829 (0.790,
0.872). The seventh and eighth were then read for errors by their kind: their figures since (0.896, 0.872) flatter. The ninth
is withheld as the sixth is: after it 0.835 (0.796, 0.879), the sixth 0.804 (0.795, 0.814), from 0.796 (0.785, 0.807). So
most of what the seventh and eighth gained is their own wording: wording that nobody has met gains less than a hundredth.

The floor only guards against falling back; the honest figure on texts by another hand is what ``evaluate`` says.
"""

import datetime as dt
from pathlib import Path

import pytest

from redshank.signals.ready import signal_engine
from redshank.signals.scanner import merge

FILES = {  # file and floor
    "heldout.txt": 0.86, "heldout_second.txt": 0.86, "heldout_third.txt": 0.78, "heldout_fourth.txt": 0.82,
    "heldout_fifth.txt": 0.75, "heldout_sixth.txt": 0.78, "heldout_seventh.txt": 0.87, "heldout_eighth.txt": 0.85,
    "heldout_ninth.txt": 0.81,
}  # fmt: skip
WITHHELD = {"heldout_sixth.txt", "heldout_ninth.txt"}
CHILD_NAMED = {
    f"heldout_{n}.txt" for n in ("third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
}  # their records name a child


def measure(name: str) -> tuple[float, float, float, list[str]]:
    tp = fp = fn = 0
    missed = []
    for line in Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or "|" not in line:
            continue
        said, text = line.split("|", 1)
        expected = {e for e in said.split(",") if e and not e.startswith("?")}
        allowed = {e[1:] for e in said.split(",") if e.startswith("?")}
        known = True if name in CHILD_NAMED else None
        hits = merge(signal_engine().read(text, "intelligence", dt.date(2026, 3, 1), known))
        got = {f"{h.rule.indicator}:{h.status}" for h in hits}
        tp += len(expected & got)
        fp += len(got - expected - allowed)
        fn += len(expected - got)
        if expected - got or got - expected - allowed:
            missed.append(
                f"{text}\n    missing {sorted(expected - got)} beyond {sorted(got - expected - allowed)}"
            )
    precision, recall = tp / max(tp + fp, 1), tp / max(tp + fn, 1)
    return precision, recall, 2 * tp / max(2 * tp + fp + fn, 1), missed


@pytest.mark.parametrize("name", FILES)
def test_f1_on_sentences_written_after_the_rules(name):
    precision, recall, f1, missed = measure(name)
    print(f"{name}: precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}")
    if name not in WITHHELD:  # whoever mends rules is not to read these
        print("\n".join(missed))
    assert f1 >= FILES[name]
