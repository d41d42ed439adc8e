"""The command line as its users meet it: processes, exit codes, streams."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from samples import BROKEN, VALID, package_path, run, write

from cogcheck import REPOSITORY, __version__
from cogcheck.catalogue.load import catalogue
from cogcheck.commands import exit_code
from cogcheck.model import Document, Span
from cogcheck.output import replace_file, wants_color
from cogcheck.report import Finding, Report, Severity

FOUND_NOTHING = b"No findings in 1 resource (1 file).\n"


def test_version(tmp_path: Path) -> None:
    for arguments in (["--version"], ["scan", "--version"]):
        result = run(*arguments, cwd=tmp_path)
        if arguments == ["--version"]:
            assert (result.returncode, result.stdout, result.stderr) == (0, f"cogcheck {__version__}\n".encode(), b"")
        else:
            assert result.returncode == 2


@pytest.mark.parametrize("arguments", [["-h"], ["--help"], ["scan", "-h"], ["rules", "--help"]])
def test_help(tmp_path: Path, arguments: list[str]) -> None:
    result = run(*arguments, cwd=tmp_path)
    assert result.returncode == 0
    assert result.stdout.startswith(b"Usage: cogcheck")


def test_a_broken_pool(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": BROKEN})
    result = run("scan", cwd=tmp_path)
    assert result.returncode == 1
    assert result.stdout.startswith(b"main.tf:3:23: error: ")
    assert b'3 |   mfa_configuration = "NO"\n  |                       ^^^^\n' in result.stdout
    assert result.stdout.endswith(b"Found 1 error in 1 resource (1 file).\n")
    assert result.stderr == b""


@pytest.mark.parametrize("path", [[], ["."], ["main.tf"]])
def test_a_valid_pool(tmp_path: Path, path: list[str]) -> None:
    write(tmp_path, {"main.tf": VALID})
    result = run("scan", *path, cwd=tmp_path)
    assert (result.returncode, result.stdout, result.stderr) == (0, FOUND_NOTHING, b"")


def test_no_pool_is_said_on_standard_error(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": "locals {}\n"})
    result = run("scan", cwd=tmp_path)
    assert (result.returncode, result.stdout) == (0, b"No findings in 0 resources (1 file).\n")
    assert result.stderr.startswith(b"cogcheck: no ")
    assert result.stderr.count(b"\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["scan", "missing"], "Error: 'missing' does not exist\n"),
        (["scan", "--select", "mfa-without-facto"], "did you mean mfa-without-factor?"),
        (["scan", "--ignore", "COG9998"], "there is no rule 'COG9998'"),
        (["scan", "--ignore", "COG3,nonsense"], "there is no rule 'nonsense'"),
        (["scan", "--var", "nonsense"], "'nonsense' is not of the form NAME=VALUE"),
        (["scan", "--var-file", "missing.tfvars"], "'missing.tfvars' does not exist"),
        (["scan", "--provider-version", "5.x"], "'5.x' is no release such as 5.100.0"),
        (["scan", "--format", "yaml"], "'yaml' is not one of"),
        (["scan", "--nonsense"], "No such option"),
        (["scan", "--output", "missing/report.txt"], "cannot write 'missing/report.txt': No such file or directory"),
        (["rules", "mfa-without-facto"], "did you mean mfa-without-factor?"),
        (["nonsense"], "No such command"),
    ],
)
def test_wrong_usage(tmp_path: Path, arguments: list[str], message: str) -> None:
    write(tmp_path, {"main.tf": BROKEN})
    result = run(*arguments, cwd=tmp_path)
    assert result.returncode == 2
    assert message in result.stderr.decode()
    assert b"Traceback" not in result.stderr


def test_json_and_selection(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": BROKEN})
    result = run("scan", "--format", "json", cwd=tmp_path)
    report = json.loads(result.stdout)
    assert result.returncode == 1
    assert [(one["slug"], one["argument"]) for one in report["findings"]] == [
        ("value-not-allowed", "mfa_configuration")
    ]
    for options in (
        ["--ignore", "COG1"],
        ["--ignore", "COG2, value-not-allowed"],
        ["--select", "COG2", "--select", "COG3,COG4"],
    ):
        result = run("scan", "--format", "json", *options, cwd=tmp_path)
        assert (result.returncode, json.loads(result.stdout)["findings"]) == (0, [])
    assert run("scan", "--select", "value-not-allowed", cwd=tmp_path).returncode == 1


def test_exit_zero_covers_findings_but_not_what_is_unreadable(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": BROKEN})
    assert run("scan", "--exit-zero", cwd=tmp_path).returncode == 0
    assert run("scan", "--fail-on", "never", cwd=tmp_path).returncode == 0
    write(tmp_path, {"broken.tf": VALID.encode() + b"# \xff"})
    result = run("scan", "--exit-zero", "--ignore", "COG0", cwd=tmp_path)
    assert result.returncode == 3
    assert b"1 file could not be read" in result.stdout


def test_what_is_unreadable_beside_a_named_file_is_shown(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": VALID, "broken.tf": 'variable "a" {\n'})
    result = run("scan", "--format", "json", "main.tf", cwd=tmp_path)
    report = json.loads(result.stdout)
    assert result.returncode == 3
    assert [(one["slug"], one["path"]) for one in report["findings"]] == [("syntax-error", "broken.tf")]


def finding(severity: Severity) -> Finding:
    return Finding("COG1", "x", severity, "x", Span(Document("x", ""), 0, 0))


@pytest.mark.parametrize(
    ("severities", "unreadable", "codes"),
    [
        ([], 0, [0, 0, 0, 0]),
        (["info"], 0, [0, 0, 1, 0]),
        (["warning"], 0, [0, 1, 1, 0]),
        (["error", "info"], 0, [1, 1, 1, 0]),
        (["error"], 1, [3, 3, 3, 3]),
    ],
)
def test_exit_codes(severities: list[Severity], unreadable: int, codes: list[int]) -> None:
    report = Report(tuple(map(finding, severities)), unreadable=unreadable)
    assert [exit_code(report, level) for level in ("error", "warning", "info", "never")] == codes


def test_output_goes_to_a_file_and_the_summary_to_people(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": BROKEN})
    result = run("scan", "--format", "json", "--output", "report.json", cwd=tmp_path, environment={"FORCE_COLOR": "1"})
    assert (result.returncode, result.stdout) == (1, b"")
    assert result.stderr == b"Found 1 error in 1 resource (1 file).\n"
    assert json.loads((tmp_path / "report.json").read_bytes())["summary"]["errors"] == 1
    run("scan", "-o", "report.txt", cwd=tmp_path, environment={"FORCE_COLOR": "1"})
    assert b"\x1b" not in (tmp_path / "report.txt").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["main.tf", "report.json", "report.txt"]


def test_a_file_is_replaced_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.txt"
    path.write_text("old")
    path.chmod(0o640)
    replace_file(str(path), "né\ud800")
    assert path.read_bytes() == "né\\ud800".encode()
    assert os.name == "nt" or path.stat().st_mode & 0o777 == 0o640

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="No space left"):
        replace_file(str(path), "new")
    assert path.read_bytes() == "né\\ud800".encode()
    assert [one.name for one in tmp_path.iterdir()] == ["report.txt"]


@pytest.mark.skipif(os.name == "nt", reason="modes and devices are those of POSIX")
def test_new_files_and_devices(tmp_path: Path) -> None:
    replace_file(str(tmp_path / "new"), "x")
    umask = os.umask(0)
    os.umask(umask)
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o666 & ~umask
    replace_file("/dev/null", "x")
    (tmp_path / "link").symlink_to("new")
    replace_file(str(tmp_path / "link"), "y")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "new").read_text() == "y"


class Terminal:
    """A stream that says what it is."""

    def __init__(self, terminal: bool) -> None:
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


@pytest.mark.parametrize(
    ("choice", "terminal", "environment", "expected"),
    [
        ("auto", True, {}, True),
        ("auto", False, {}, False),
        ("auto", True, {"TERM": "dumb"}, False),
        ("auto", True, {"NO_COLOR": "1"}, False),
        ("auto", True, {"NO_COLOR": ""}, True),
        ("auto", False, {"FORCE_COLOR": "1"}, True),
        ("auto", False, {"FORCE_COLOR": "0"}, False),
        ("auto", False, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ("always", False, {"NO_COLOR": "1"}, True),
        ("never", True, {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colour(choice: str, terminal: bool, environment: dict[str, str], expected: bool) -> None:
    assert wants_color(choice, Terminal(terminal), environment) is expected  # type: ignore[arg-type] # a stand-in


def test_colour_in_the_program(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": BROKEN})
    assert b"\x1b[" not in run("scan", cwd=tmp_path).stdout
    assert b"\x1b[" in run("scan", "--color", "always", cwd=tmp_path).stdout
    assert b"\x1b[" in run("scan", cwd=tmp_path, environment={"FORCE_COLOR": "1"}).stdout


def test_values_from_the_command_line(tmp_path: Path) -> None:
    text = BROKEN.replace('"NO"', "var.mfa") + 'variable "mfa" {\n  default = "NO"\n}\n'
    write(tmp_path, {"main.tf": text, "off.tfvars": 'mfa = "OFF"\n'})
    assert run("scan", cwd=tmp_path).returncode == 1
    for options in (["--var", "mfa=OFF"], ["--var-file", "off.tfvars"]):
        assert run("scan", *options, cwd=tmp_path).returncode == 0
    assert run("scan", cwd=tmp_path, environment={"TF_VAR_mfa": "OFF"}).returncode == 0


def test_undecided_questions(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": BROKEN.replace('"NO"', "var.mfa") + 'variable "mfa" {}\n'})
    result = run("scan", cwd=tmp_path)
    assert result.returncode == 0
    assert b"undecided, listed with --show-undecided.\n" in result.stdout
    assert b"main.tf:3:23: undecided: aws_cognito_user_pool.main mfa_configuration: " in (
        run("scan", "--show-undecided", cwd=tmp_path).stdout
    )


def test_standard_input(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": VALID})
    result = run("scan", "-", "--stdin-filename", "main.tf", cwd=tmp_path, stdin=BROKEN.encode())
    assert result.returncode == 1
    assert result.stdout.startswith(b"main.tf:3:23: error: ")
    assert run("scan", "-", cwd=tmp_path, stdin=BROKEN.encode()).stdout.startswith(b"<stdin>:3:23: error: ")


@pytest.mark.parametrize("encoding", ["ascii", "utf-8", "cp1252"])
def test_any_encoding_of_the_terminal(tmp_path: Path, encoding: str) -> None:
    write(tmp_path, {"main.tf": BROKEN.replace('"NO"', '"日本 é"')})
    result = run("scan", cwd=tmp_path, environment={"PYTHONIOENCODING": encoding})
    assert result.returncode == 1
    assert b"Traceback" not in result.stderr
    assert "日本 é".encode(encoding, "backslashreplace") in result.stdout


def test_a_reader_that_goes_away(tmp_path: Path) -> None:
    write(tmp_path, {f"{number}.tf": BROKEN.replace('"main"', f'"n{number}"') for number in range(400)})
    command = [sys.executable, "-m", "cogcheck", "scan"]
    environment = {**os.environ, "PYTHONPATH": package_path()}
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 1


@pytest.mark.skipif(os.name == "nt", reason="signals are those of POSIX")
@pytest.mark.skipif(signal.getsignal(signal.SIGINT) is signal.SIG_IGN, reason="this was started with & by a shell")
def test_an_interrupt_ends_it_quietly(tmp_path: Path) -> None:
    program = (
        "import sys, cogcheck.__main__ as program, cogcheck.scan\n"
        "sys.argv = ['cogcheck', 'scan', '-']\n"
        "print('ready', flush=True)\n"
        "program.main()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": package_path()},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=0.5)  # it waits for standard input
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert errors.strip() == b""  # click ends the line in which a terminal shows ^C


@pytest.mark.parametrize("debug", [False, True])
def test_an_internal_error_is_one_line(tmp_path: Path, debug: bool) -> None:
    broken = "import cogcheck.scan, cogcheck.__main__, sys\n"
    broken += "def scan(*_):\n    raise ValueError('secret \\x1b[31m\\nsecond line')\n"
    broken += "cogcheck.scan.scan = scan\nsys.argv = ['cogcheck', 'scan']\ncogcheck.__main__.main()\n"
    environment = {**os.environ, "PYTHONPATH": package_path(), "COGCHECK_DEBUG": "1" if debug else ""}
    result = subprocess.run(
        [sys.executable, "-c", broken], cwd=tmp_path, capture_output=True, env=environment, check=False
    )
    lines = result.stderr.decode().splitlines()
    assert result.returncode == 3
    assert f"{REPOSITORY}/issues" in lines[-1]
    assert "\x1b" not in lines[-1]
    assert len(lines) > 1 if debug else len(lines) == 1


def test_the_list_of_rules(tmp_path: Path) -> None:
    result = run("rules", cwd=tmp_path)
    text = result.stdout.decode()
    assert result.returncode == 0
    for rule in catalogue().rules:
        assert f"  {rule.id}  {rule.severity:7}  {rule.slug} " in text
    assert f"\n{len(catalogue().rules)} rules. " in text


def test_a_part_of_the_list(tmp_path: Path) -> None:
    lines = run("rules", "COG2", cwd=tmp_path).stdout.decode().splitlines()
    assert lines[0] == "Placeholders"
    assert {line.split()[0] for line in lines[1:-2]} == {
        rule.id for rule in catalogue().rules if rule.id.startswith("COG2")
    }


@pytest.mark.parametrize("name", ["COG4011", "from-address-without-developer"])
def test_a_rule_is_explained(tmp_path: Path, name: str) -> None:
    text = run("rules", name, cwd=tmp_path).stdout.decode()
    assert text.startswith(
        "COG4011 from-address-without-developer\nA sender address needs the DEVELOPER sending account.\n"
    )
    for heading in ("\nWhy\n  ", "\nWay out\n  ", "\nWrong\n  ", "\nRight\n  "):
        assert heading in text
    assert "\nNoticed by  terraform apply fails: the service refuses it\n" in text
    assert text.endswith(
        f"\nLink        {REPOSITORY}/blob/main/rules/README.md#cog4011-from-address-without-developer\n"
    )


def test_the_rules_for_programs(tmp_path: Path) -> None:
    rules = json.loads(run("rules", "--format", "json", cwd=tmp_path).stdout)
    assert [rule["id"] for rule in rules] == [rule.id for rule in catalogue().rules]
    (one,) = json.loads(run("rules", "COG4011", "--format", "json", cwd=tmp_path).stdout)
    assert (one["slug"], one["severity"], one["enforced"]) == ("from-address-without-developer", "error", "apply")
