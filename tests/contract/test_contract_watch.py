"""`redshank watch` from outside: what cron sees."""

import json

from contract_tools import redshank, write_csv


def test_watch_once_loads_what_is_whole_says_what_is_refused_and_does_nothing_twice(tmp_path):
    for name, key in (("2026-03-01", "crime_ref"), ("2026-03-02", "number"), ("2026-03-03", "crime_ref")):
        rows = [{key: f"C{name}", "recorded_at": f"{name}T10:00:00Z", "offence": "Theft"}]
        write_csv(tmp_path / "in" / name / "crimes.csv", rows, list(rows[0]))
    asked = ("watch", tmp_path / "in", "--once", "--settle", "0", "--json")
    first = redshank(*asked, home=tmp_path / "home")
    assert first.returncode == 10, first.stderr
    assert [(a["name"], a["state"]) for a in json.loads(first.stdout)] == [
        ("2026-03-01", "taken"),
        ("2026-03-02", "refused"),
        ("2026-03-03", "taken"),
    ]
    assert "crime_ref" in json.loads(first.stdout)[1]["why"]
    again = redshank(*asked, home=tmp_path / "home")
    assert again.returncode == 10
    assert [a["state"] for a in json.loads(again.stdout)] == ["refused"]
    report = json.loads(redshank("sources", "--json", home=tmp_path / "home").stdout)
    assert [(s["table"], s["deliveries"]) for s in report] == [("crimes", 2)]
