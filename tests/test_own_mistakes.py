"""A mistake in cogcheck itself costs what it happened at, and is told; the rest is judged all the same."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import pytest
from samples import write

from cogcheck.catalogue import changes
from cogcheck.engine import Engine
from cogcheck.options import Options
from cogcheck.report import Report
from cogcheck.scan import scan

SOURCE = """
resource "aws_cognito_user_pool" "a" {
  name = "x"
  mfa_configuration = "SOMETIMES"
}
import {
  to = aws_cognito_user_pool.a
  id = "eu-west-1_abc"
}
"""


def broken(*_: object) -> NoReturn:
    raise LookupError("ours")


def told(report: Report) -> list[tuple[str, tuple[str, ...]]]:
    return [(finding.slug, finding.resources) for finding in report.findings]


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("judge", ["internal-error"]),
        ("judge_import", ["value-not-allowed", "internal-error"]),
    ],
)
def test_the_rest_is_judged(method: str, expected: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COGCHECK_DEBUG", raising=False)
    monkeypatch.setattr(Engine, method, broken)
    write(tmp_path, {"main.tf": SOURCE})
    report = scan([tmp_path], Options(jobs=1))
    assert told(report) == [(slug, ("aws_cognito_user_pool.a",)) for slug in expected]
    assert report.unreadable == 1


def test_a_change_that_cannot_be_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COGCHECK_DEBUG", raising=False)
    monkeypatch.setattr(changes, "changes", broken)
    plan = Path(__file__).parent / "fixtures" / "plans" / "replaced" / "plan.json"
    assert [slug for slug, _ in told(scan([plan], Options(jobs=1)))] == ["internal-error"]


def test_who_looks_for_the_mistake_meets_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COGCHECK_DEBUG", "1")
    monkeypatch.setattr(Engine, "judge_import", broken)
    write(tmp_path, {"main.tf": SOURCE})
    with pytest.raises(LookupError, match="ours"):
        scan([tmp_path], Options(jobs=1))
