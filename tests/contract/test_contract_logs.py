"""With REDSHANK_LOG_FORMAT=json a command's standard error is JSON lines, without anybody's name; standard output is as it was."""

import json
import os
import subprocess

from contract_tools import PROGRAM, delivery, incident


def run(*args, home, **told):
    env = {k: v for k, v in os.environ.items() if not k.startswith("REDSHANK_")}
    command = [str(PROGRAM), "--home", str(home), *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, env=env | told)


def test_standard_error_is_json_lines_without_a_name(tmp_path):
    told = {"REDSHANK_LOG_FORMAT": "json"}
    mark = "ploverquist"
    good = delivery(tmp_path / "good", incidents=[incident("I1", log=f"{mark} was seen")])
    bad = delivery(tmp_path / "bad", incidents=[incident("I2", log=mark)])
    (bad / "incidents.csv").rename(bad / "unknown_table.csv")
    loaded = run("load", good, home=tmp_path / "home", **told)
    refused = run("load", bad, home=tmp_path / "home", **told)
    assert (loaded.returncode, refused.returncode) == (0, 10)
    lines = [json.loads(line) for line in (loaded.stderr + refused.stderr).splitlines()]
    assert {"step"} < {one["event"] for one in lines}
    assert lines[-1]["level"] == "error"
    assert lines[-1]["exit"] == 10
    assert all({"at", "level", "part", "event"} <= set(one) for one in lines)
    assert mark not in (loaded.stderr + refused.stderr).lower()
    plain = run("load", bad, home=tmp_path / "home")
    assert plain.stderr.startswith("redshank: ")
