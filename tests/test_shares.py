"""Root modules shared out among processes: the report is the same to the byte, whatever happens to them."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from samples import run, write

from cogcheck import workers
from cogcheck.judging import Judged
from cogcheck.options import Options
from cogcheck.report import Report
from cogcheck.scan import scan

POOL = """
variable "length" {{
  default = {length}
}}

resource "aws_cognito_user_pool" "main" {{
  name = "{name}"
  tags = module.tags.all # cogcheck:ignore=COG1007
  password_policy {{
    minimum_length = var.length
  }}
}}

module "shared" {{
  source = "../shared"
  length = var.length
}}
"""
SHARED = """
variable "length" {}
resource "aws_cognito_user_pool" "shared" {
  name = "shared"
  name = "twice"
  password_policy {
    minimum_length = var.length
  }
}
"""
FORKING = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")
HOW = [pytest.param("fork", marks=FORKING), pytest.param("forkserver", marks=FORKING), "spawn"]


def repository(root: Path, count: int = 40) -> Path:
    """Modules with mistakes that all call one: what is found there holds for each of them."""
    modules = {f"m{number}/main.tf": POOL.format(length=number % 9, name=f"p{number}") for number in range(count)}
    stack = '{"resource": {"aws_cognito_user_pool": {"a": {"//": {"cogcheck": {"ignore": ["all"]}}, "nam": "a"}}}}'
    write(root, {".git/HEAD": "", "shared/main.tf": SHARED, "json/a.tf.json": stack, **modules})
    write(root, {"m3/main.tf": 'resource "aws_cognito_user_pool" {', "m5/b.tf": "# aws_cognito_user_pool\nx = ["})
    return root


def seen(report: Report) -> tuple[object, ...]:
    return report.findings, report.undecided, report.suppressed, report.files, report.resources, report.unreadable


@pytest.mark.parametrize("jobs", [2, 3, 100])
def test_the_report_does_not_depend_on_the_processes(
    tmp_path: Path, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = repository(tmp_path)
    alone = scan([root], Options(jobs=1))
    assert len(alone.findings) > 40
    assert sum(finding.slug == "attribute-set-twice" for finding in alone.findings) == 1
    started: list[int] = []
    spread = workers.spread

    def counted(*arguments: object) -> object:
        started.append(1)
        return spread(*arguments)  # type: ignore[arg-type] # whatever was given

    monkeypatch.setattr(workers, "spread", counted)
    assert seen(scan([root], Options(jobs=jobs))) == seen(alone)
    assert started == [1]


@pytest.mark.parametrize("how", HOW)
def test_nor_on_how_they_are_started(tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    root = repository(tmp_path)
    alone = scan([root], Options(jobs=1))
    done: list[Judged] = []
    spread = workers.spread

    def kept(work: Callable[[Sequence[str]], Judged], shares: Sequence[Sequence[str]], jobs: int, how: str) -> object:
        done.extend(spread(work, shares, jobs, how))
        assert len(done) == len(shares)
        return iter(done)

    monkeypatch.setattr(workers, "spread", kept)
    monkeypatch.setattr(workers, "method", lambda: how)
    # What draws progress on a terminal stays in this process.
    assert seen(scan([root], Options(jobs=2, progress=lambda *_: None))) == seen(alone)
    assert done != []


def test_the_command_line_says_the_same(tmp_path: Path) -> None:
    repository(tmp_path)
    first, second = (run("scan", "--format", "json", "--jobs", jobs, cwd=tmp_path) for jobs in ("1", "2"))
    assert (first.returncode, first.stderr) == (3, b"")
    assert (second.returncode, second.stderr, second.stdout) == (3, b"", first.stdout)


@pytest.mark.parametrize("how", HOW)
def test_results_come_in_order(how: str) -> None:
    assert list(workers.spread(str, range(100), 3, how)) == [str(number) for number in range(100)]


def mistaken(number: int) -> int:
    if number == 5:
        raise ValueError(number)
    return number


def dying(number: int) -> int:
    if number == 5:
        os._exit(1)
    return number


@FORKING
@pytest.mark.parametrize("work", [mistaken, dying])
def test_where_a_process_ends_the_rest_is_left(work: Callable[[int], int], capfd: pytest.CaptureFixture[str]) -> None:
    results = list(workers.spread(work, range(20), 2, "fork"))
    assert results == list(range(len(results)))
    assert len(results) <= 5
    assert capfd.readouterr() == ("", "")


@FORKING
def test_what_is_left_is_done_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = repository(tmp_path)
    alone = scan([root], Options(jobs=1))
    monkeypatch.setattr(workers, "spread", lambda *_: iter(()))
    assert seen(scan([root], Options(jobs=2))) == seen(alone)


@FORKING
def test_nothing_is_forked_beside_threads() -> None:
    assert workers.method() == "fork"
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert workers.method() is None
    finally:
        done.set()
        thread.join()
