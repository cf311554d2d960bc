"""What is recorded of people's ethnicity is counted for fairness, by people, and reaches no stage.

Three things are looked at: no module of the analytical half knows a module that counts it; nothing else of the project reads the
columns that are read for it; and the counterfactual tests, which swap the values and compare findings, are there.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import redshank

SOURCE = Path(str(redshank.__file__)).parent
ANALYTICAL = ("assessment", "engine", "explain", "findings", "identity", "networks", "night", "records", "signals", "sources", "store", "tables", "evaluate", "oracle")  # fmt: skip
COUNTS = (
    "redshank.products.fairness",
    "redshank.products.fairness_options",
    "redshank.web.disruption.fairness",
    "redshank.web.rights",
    "redshank.publish.facts",
)
#: Who may read the recorded values of people, for which page or product.
READS = {"web/rights/fairness.py": "recorded", "web/products/gather.py": "people"}


def imported(text: str) -> set[str]:
    """Modules that a module imports, also within functions, and what it takes from them."""
    out: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            out |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            out |= {node.module} | {f"{node.module}.{a.name}" for a in node.names}
    return out


def knows_of_counting(text: str) -> set[str]:
    return {m for m in imported(text) for c in COUNTS if m == c or m.startswith(f"{c}.")}


@pytest.mark.parametrize("folder", ANALYTICAL)
def test_no_stage_knows_a_module_that_counts_fairness(folder):
    wrong = {
        str(p.relative_to(SOURCE)): found
        for p in sorted((SOURCE / folder).rglob("*.py"))
        if (found := knows_of_counting(p.read_text(encoding="utf-8")))
    }
    assert wrong == {}


def test_a_stage_that_knew_it_would_be_seen():
    assert knows_of_counting("def f():\n    from redshank.publish.facts import recorded")
    assert knows_of_counting("from redshank.products import fairness")
    assert knows_of_counting("import redshank.web.rights.fairness")
    assert not knows_of_counting("from redshank.products import papers")


def test_what_is_recorded_is_read_for_counting_alone():
    """Within the pages and what feeds them, one module reads the columns of fairness, one those of a product's completeness."""
    found = {}
    for path in sorted((SOURCE / "web").rglob("*.py")) + sorted((SOURCE / "publish").rglob("*.py")):
        name = str(path.relative_to(SOURCE))
        took = {
            m for m in imported(path.read_text(encoding="utf-8")) if m.startswith("redshank.publish.facts")
        }
        if took or (name.startswith("web") and "facts.people(" in path.read_text(encoding="utf-8")):
            found[name] = took
    assert set(found) <= {"web/rights/fairness.py", *{"web/products/gather.py"}}
    assert found["web/rights/fairness.py"] >= {"redshank.publish.facts.recorded"}


def test_nothing_that_counts_fairness_writes_or_orders():
    """The page counts and shows: it keeps no row but the entry of who looked."""
    text = (SOURCE / "web" / "rights" / "fairness.py").read_text(encoding="utf-8")
    calls = {n.attr for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Attribute)}
    assert not calls & {
        "save",
        "create",
        "bulk_create",
        "update",
        "delete",
        "update_or_create",
        "get_or_create",
    }


@pytest.mark.parametrize(
    "test",
    [
        "tests/assessment/test_assessment_children.py::test_counterfactual_nothing_moves",
        "tests/networks/test_rules.py::test_no_finding_depends_on_ethnicity_nationality_or_disability",
        "tests/identity/test_nights.py::test_protected_characteristics_change_nothing",
        "tests/architecture/test_house.py::test_no_protected_characteristic_is_read",
    ],
)
def test_the_tests_that_swap_the_values_are_there(test):
    path, _, name = test.partition("::")
    assert f"def {name}(" in (SOURCE.parent.parent / path).read_text(encoding="utf-8")
