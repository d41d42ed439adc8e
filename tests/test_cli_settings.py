"""Configuration, baseline, suppression and the rest of the options, as users meet them: in processes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from samples import BROKEN, TYPE, VALID, package_path, run, write

from cogcheck.cli_options import OF_CONFIGURATION
from cogcheck.settings import DEFAULTS

SHORT = BROKEN.replace('"NO"', '"OFF"').replace("}\n", "  password_policy {\n    minimum_length = 3\n  }\n}\n")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path / "ré po", {".git/HEAD": "", "in fra/main.tf": BROKEN})


def rules(output: bytes) -> list[str]:
    return [finding["rule"] for finding in json.loads(output)["findings"]]


def test_the_command_line_speaks_of_everything_that_configurations_do() -> None:
    assert set(OF_CONFIGURATION) == set(DEFAULTS)


def test_the_nearest_configuration_holds(root: Path) -> None:
    write(root, {"pyproject.toml": '[tool.cogcheck]\nignore = ["value-not-allowed"]\n'})
    for cwd, paths in ((root, []), (root, ["in fra"]), (root / "in fra", []), (root.parent, ["ré po/in fra/main.tf"])):
        done = run("scan", *paths, cwd=cwd)
        assert (done.returncode, done.stdout) == (0, b"No findings in 1 resource (1 file).\n"), paths
    assert run("scan", "--isolated", cwd=root).returncode == 1
    write(root, {"in fra/.cogcheck.toml": 'fail-on = "never"\n'})
    assert run("scan", cwd=root / "in fra").returncode == 0
    assert run("scan", "--fail-on", "error", cwd=root / "in fra").returncode == 1


def test_a_configuration_can_be_named(root: Path) -> None:
    write(root, {"ci/own.toml": '[severity]\nvalue-not-allowed = "info"\n', ".cogcheck.toml": "nonsense"})
    assert run("scan", "--config", "ci/own.toml", cwd=root).returncode == 0
    done = run("scan", cwd=root)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"Error: .cogcheck.toml: not valid TOML")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("exlude = []", ".cogcheck.toml:1:1: there is no key exlude here; did you mean exclude?"),
        ('ignore = ["value-not-alowed"]', ".cogcheck.toml: ignore: there is no rule 'value-not-alowed'; did you mean"),
        ('baseline = "none.json"', "'none.json': No such file or directory; `cogcheck baseline` writes it"),
        ('packs = ["recomended"]', '.cogcheck.toml: packs: there is no pack "recomended"; did you mean recommended?'),
        ('severity = {mfa = "error"}', ".cogcheck.toml: severity: there is no rule 'mfa'"),
        ("rule-options.short-passwords.mn = 1", '.cogcheck.toml: rule-options: short-passwords has no option "mn"'),
        ('[tool.cogcheck]\nfail-on = "info"', ".cogcheck.toml: the keys stand at the top of this file, without [tool."),
        ('rule-files = ["none.yaml"]', "none.yaml"),
    ],
)
def test_mistakes_in_a_configuration_end_with_2(root: Path, text: str, message: str) -> None:
    write(root, {".cogcheck.toml": text})
    done = run("scan", cwd=root)
    assert (done.returncode, done.stdout) == (2, b"")
    assert message in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_patterns_of_a_configuration_above(root: Path) -> None:
    write(root, {"in fra/gen/main.tf": BROKEN, "in fra/old/main.tf": SHORT})
    write(root, {".cogcheck.toml": 'exclude = ["/in fra/gen/"]\n[per-file-ignores]\n"in fra/old/*.tf" = ["COG1007"]\n'})
    for cwd in (root, root / "in fra"):
        assert rules(run("scan", "--format", "json", cwd=cwd).stdout) == ["COG1006"]
    done = run("scan", "--format", "json", "--exclude", "old", "--exclude", "/main.tf", cwd=root / "in fra")
    assert [finding["path"] for finding in json.loads(done.stdout)["findings"]] == ["gen/main.tf"]


def test_options_for_files_rules_and_severities(root: Path) -> None:
    done = run("scan", "--format", "json", "--severity", "COG1006=info", cwd=root)
    assert (done.returncode, json.loads(done.stdout)["findings"][0]["severity"]) == (0, "info")
    assert rules(run("scan", "--format", "json", "--per-file-ignores", "in fra/*.tf=all", cwd=root).stdout) == []
    for arguments in (
        ["--severity", "COG1006"],
        ["--severity", "COG1006=bad"],
        ["--per-file-ignores", "x"],
        ["--rule-option", "x=1"],
        ["--rule-option", "value-not-allowed.x=1"],
        ["--config", "none.toml"],
    ):
        done = run("scan", *arguments, cwd=root)
        assert (done.returncode, done.stdout) == (2, b""), arguments
        assert b"Error: " in done.stderr


def test_what_holds_and_where_it_came_from(root: Path) -> None:
    write(root, {".cogcheck.toml": 'select = ["COG1"]\nworkspace = "live"\n'})
    done = run("config", "--workspace", "test", "in fra", cwd=root)
    assert (done.returncode, done.stderr) == (0, b"")
    lines = done.stdout.decode().splitlines()
    assert lines[0] == "# configuration: .cogcheck.toml"
    assert [line.split("  # ")[-1] for line in lines if line.startswith(("select", "workspace", "ignore"))] == [
        ".cogcheck.toml",
        "default",
        "command line",
    ]
    assert tomllib.loads(done.stdout.decode())["workspace"] == "test"
    assert run("config", "--isolated", cwd=root).stdout.startswith(b"# no configuration file was found\n")


def test_baseline(root: Path) -> None:
    done = run("baseline", cwd=root)
    assert (done.returncode, done.stdout) == (0, b"")
    assert done.stderr.decode() == (
        "cogcheck: wrote 1 finding to .cogcheck-baseline.json; scan with --baseline .cogcheck-baseline.json\n"
    )
    known = run("scan", "--baseline", ".cogcheck-baseline.json", cwd=root)
    assert (known.returncode, known.stdout) == (0, b"No findings in 1 resource (1 file).\n")
    assert known.stderr == b"cogcheck: 1 finding is in the baseline\n"
    write(
        root,
        {".cogcheck.toml": 'baseline = ".cogcheck-baseline.json"\n', "in fra/new.tf": SHORT.replace("main", "new")},
    )
    assert rules(run("scan", "--format", "json", cwd=root / "in fra").stdout) == ["COG1007"]
    assert rules(run("scan", "--format", "json", "--no-baseline", cwd=root).stdout) == ["COG1006", "COG1007"]
    before = (root / ".cogcheck-baseline.json").read_bytes()
    assert run("baseline", cwd=root / "in fra").stderr.startswith(b"cogcheck: wrote 2 findings to ../.cogcheck-base")
    assert (root / ".cogcheck-baseline.json").read_bytes() != before
    assert run("scan", cwd=root).returncode == 0


def test_a_baseline_of_something_unreadable(root: Path) -> None:
    write(root, {"in fra/broken.tf": f"# {TYPE}\nx = {{\n"})
    done = run("baseline", "-o", "known.json", cwd=root)
    assert done.returncode == 3
    assert b"something could not be read" in done.stderr
    assert len(json.loads((root / "known.json").read_text())["findings"]) == 1
    assert run("baseline", "-o", "nowhere/known.json", cwd=root).returncode == 2


def test_suppressed_findings_are_counted_and_listed(root: Path) -> None:
    write(root, {"in fra/main.tf": f"# cogcheck:ignore=all -- an old\x1b[31m shop\n{BROKEN}"})
    done = run("scan", cwd=root)
    assert done.returncode == 0
    assert done.stdout == b"No findings in 1 resource (1 file); 1 suppressed, listed with --show-suppressed.\n"
    shown = run("scan", "--show-suppressed", cwd=root)
    assert shown.returncode == 0
    assert b"= suppressed: an old\\x1b[31m shop\n" in shown.stdout
    data = json.loads(run("scan", "--show-suppressed", "--format", "json", cwd=root).stdout)
    assert [(one["rule"], one["reason"]) for one in data["suppressed"]] == [("COG1006", "an old\x1b[31m shop")]
    assert "suppressed" not in json.loads(run("scan", "--format", "json", cwd=root).stdout)
    assert run("scan", "--no-ignore", cwd=root).returncode == 1


def test_reasons(root: Path) -> None:
    write(root, {"in fra/main.tf": f"# cogcheck:ignore=all\n{BROKEN}"})
    assert run("scan", cwd=root).returncode == 0
    done = run("scan", "--require-reason", "--format", "json", cwd=root)
    assert (done.returncode, rules(done.stdout)) == (1, ["COG0022"])
    write(root, {".cogcheck.toml": "require-reason = true\n"})
    assert run("scan", cwd=root).returncode == 1
    assert run("scan", "--no-require-reason", cwd=root).returncode == 0


def test_statistics(root: Path) -> None:
    write(root, {"other/main.tf": BROKEN + SHORT.replace('"main"', '"other"')})
    done = run("scan", "--statistics", cwd=root)
    assert done.stdout.decode().splitlines() == [
        "2  COG1006  error    value-not-allowed",
        "1  COG1007  error    number-out-of-range",
        "",
        "Found 3 errors in 3 resources (2 files).",
    ]
    as_json = run("scan", "--statistics", "--format", "json", cwd=root)
    assert len(json.loads(as_json.stdout)["findings"]) == 3
    assert as_json.stderr.startswith(b"2  COG1006")


def test_quiet(root: Path) -> None:
    loud, quiet = run("scan", cwd=root), run("scan", "-q", cwd=root)
    assert (quiet.returncode, quiet.stderr) == (1, b"")
    assert loud.stdout == quiet.stdout + b"\nFound 1 error in 1 resource (1 file).\n"
    write(root, {"in fra/main.tf": "locals {}\n"})
    nothing = run("scan", "--quiet", cwd=root)
    assert (nothing.returncode, nothing.stdout, nothing.stderr) == (0, b"", b"")
    write(root, {"in fra/main.tf": VALID})
    filed = run("scan", "--quiet", "--output", "report.txt", cwd=root)
    assert (filed.returncode, filed.stdout, filed.stderr) == (0, b"", b"")


def test_standard_input_in_the_name_of_a_file(root: Path) -> None:
    write(root, {"in fra/.cogcheck.toml": '[per-file-ignores]\n"main.tf" = ["COG1007"]\n'})
    done = run("scan", "--format", "json", "--stdin-filename", "in fra/main.tf", "-", cwd=root, stdin=SHORT.encode())
    assert rules(done.stdout) == []
    ignored = f"# cogcheck:ignore-file=all\n{BROKEN}"
    done = run("scan", "--stdin-filename", "in fra/main.tf", "-", cwd=root, stdin=ignored.encode())
    assert done.returncode == 0


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(root: Path, shell: str) -> None:
    done = run("completion", shell, cwd=root)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"_COGCHECK_COMPLETE=" in done.stdout
    assert run("completion", "tcsh", cwd=root).returncode == 2


@pytest.mark.skipif(sys.platform == "win32" or shutil.which("bash") is None, reason="needs bash and POSIX paths")
def test_completion_in_a_real_shell(root: Path) -> None:
    script = (
        'eval "$(python -m cogcheck completion bash)"; COMP_CWORD=3; COMP_LINE=x; '
        "COMP_WORDS=(cogcheck scan --select COG1006,value-n); "
        "_cogcheck_completion cogcheck; printf '%s\\n' \"${COMPREPLY[@]}\""
    )
    directory = root / "bin"
    directory.mkdir()
    (directory / "cogcheck").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cogcheck "$@"\n', encoding="utf-8")
    (directory / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    for file in directory.iterdir():
        file.chmod(0o755)
    environment = {"PATH": f"{directory}:/usr/bin:/bin", "PYTHONPATH": package_path()}
    done = subprocess.run(
        ["bash", "-c", script], cwd=root, capture_output=True, env=environment, check=False, timeout=60
    )
    assert done.stdout.decode().split() == ["COG1006,value-not-allowed"], done.stderr


def test_of_var_and_var_file_the_later_one_counts(tmp_path: Path) -> None:
    pool = 'variable "m" {}\nresource "aws_cognito_user_pool" "p" {\n  name = "x"\n  mfa_configuration = var.m\n}\n'
    write(tmp_path, {"main.tf": pool, "x.vars": 'm = "FILE"\n'})
    for arguments, winner in {
        ("--var", "m=VAR", "--var-file", "x.vars"): "FILE",
        ("--var-file=x.vars", "--var=m=VAR"): "VAR",
        ("--var", "m=VAR"): "VAR",
    }.items():
        output = run("scan", *arguments, cwd=tmp_path).stdout.decode()
        assert f'cannot be "{winner}"' in output
