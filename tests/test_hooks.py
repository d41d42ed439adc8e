"""The hooks for pre-commit and prek, run by both, in a repository whose path and files have awkward names."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from python_tools import PRE_COMMIT, PREK, checkout, git, program
from samples import BROKEN, VALID, write

SHIPPED = ("cogcheck", "rules", "pyproject.toml", "hatch_build.py", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
RUNNERS = pytest.mark.parametrize("runner", [PRE_COMMIT, PREK])


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with what cogcheck is installed from, as it is now."""
    target = tmp_path_factory.mktemp("hook repo")
    for name in SHIPPED:
        source = checkout() / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    git("init", "-q", cwd=target)
    git("add", "-A", cwd=target)
    git("commit", "-q", "-m", "all", cwd=target)
    return target


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Where the runners keep the environments that they make."""
    home = tmp_path_factory.mktemp("homes")
    return {"PRE_COMMIT_HOME": str(home / "pre-commit"), "PREK_HOME": str(home / "prek")}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    target = write(
        tmp_path / "mé po",
        {
            "in fra/pöols/main.tf": BROKEN.replace('"NO"', "var.mfa"),
            "in fra/pöols/variables.tf": 'variable "mfa" {\n  default = "NO"\n}\n',
            "in fra/other/main.tf": BROKEN.replace('"main"', '"other"'),
            "clean/main.tf": VALID,
            "notes.json": "{}",
        },
    )
    git("init", "-q", cwd=target)
    git("add", "-A", cwd=target)
    return target


def run(runner: str, hooks: Path, homes: dict[str, str], project: Path, *arguments: str) -> tuple[int, str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTHON"))}
    done = subprocess.run(
        [program(runner), "try-repo", str(hooks), *arguments, "--verbose"],
        cwd=project,
        env={**environment, **homes, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    if "network" in done.stderr.lower() and done.returncode not in (0, 1):
        pytest.skip(f"{runner} cannot install the hook: {done.stderr.strip().splitlines()[-1:]}")
    return done.returncode, done.stdout + done.stderr


def places(text: str) -> list[str]:
    return re.findall(r"^ *(\S.*?):\d+:\d+: error", text, re.MULTILINE)


@RUNNERS
def test_changed_files_are_judged_in_their_modules(
    runner: str, hooks: Path, homes: dict[str, str], project: Path
) -> None:
    code, text = run(runner, hooks, homes, project, "cogcheck", "--files", "in fra/pöols/variables.tf", "notes.json")
    assert code == 1, text
    assert places(text) == ["in fra/pöols/main.tf"]
    code, text = run(runner, hooks, homes, project, "cogcheck", "--files", "clean/main.tf")
    assert code == 0, text
    code, text = run(runner, hooks, homes, project, "cogcheck", "--files", "notes.json")
    assert code == 0, text
    assert "no files to check" in text


@RUNNERS
def test_the_whole_tree(runner: str, hooks: Path, homes: dict[str, str], project: Path) -> None:
    code, text = run(runner, hooks, homes, project, "cogcheck-all", "--files", "clean/main.tf")
    assert code == 1, text
    assert places(text) == ["in fra/other/main.tf", "in fra/pöols/main.tf"]
    write(project, {".cogcheck.toml": 'exclude = ["in fra/"]\n'})
    git("add", "-A", cwd=project)
    code, text = run(runner, hooks, homes, project, "cogcheck-all", "--files", ".cogcheck.toml")
    assert code == 0, text


@RUNNERS
def test_the_manifest_is_valid(runner: str) -> None:
    done = subprocess.run(
        [program(runner), "validate-manifest", str(checkout() / ".pre-commit-hooks.yaml")],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@RUNNERS
def test_the_example_is_valid(runner: str) -> None:
    example = checkout() / "examples" / "ci" / "pre-commit-config.yaml"
    done = subprocess.run([program(runner), "validate-config", str(example)], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout


def chosen() -> dict[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    manifest = yaml.safe_load((checkout() / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    return {hook["id"]: (re.compile(hook["files"]), re.compile(hook["exclude"])) for hook in manifest}


@pytest.mark.parametrize(
    ("path", "ids"),
    [
        ("a/main.tf", ["cogcheck", "cogcheck-all"]),
        ("main.tofu", ["cogcheck", "cogcheck-all"]),
        ("x.tfvars", ["cogcheck", "cogcheck-all"]),
        ("x.tf.json", ["cogcheck", "cogcheck-all"]),
        ("x.auto.tfvars.json", ["cogcheck", "cogcheck-all"]),
        ("a/.terraform.lock.hcl", ["cogcheck-all"]),
        (".cogcheck.toml", ["cogcheck-all"]),
        ("a/pyproject.toml", ["cogcheck-all"]),
        ("package.json", []),
        ("a.tfstate", []),
        (".terraform/modules/x/main.tf", []),
        ("a/.terraform/x.tf", []),
        ("my.terraform/x.tf", ["cogcheck", "cogcheck-all"]),
    ],
)
def test_which_files_the_hooks_look_at(path: str, ids: list[str]) -> None:
    assert [id_ for id_, (files, exclude) in chosen().items() if files.search(path) and not exclude.search(path)] == ids
