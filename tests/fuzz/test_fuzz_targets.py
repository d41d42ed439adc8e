"""The targets of the fuzzer hold for what broke them once, and for inputs near the fixtures."""

from __future__ import annotations

import itertools
from pathlib import Path
from random import Random

import pytest
from mutation import Mutator, smaller
from seeds import seeds
from targets import REGRESSIONS, TARGETS, Target, packed, run, unpacked

_NEAR = 30
_MOST = 20_000
_BROKE = [(path.parent.name, path) for path in sorted(REGRESSIONS.glob("*/*"))]


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    # No safety net hides a mistake of ours.
    monkeypatch.setenv("COGCHECK_DEBUG", "1")


@pytest.mark.parametrize(("target", "path"), _BROKE, ids=[f"{target}-{path.name}" for target, path in _BROKE])
def test_what_broke_it_once(target: str, path: Path) -> None:
    run(TARGETS[target], path.read_bytes())


@pytest.mark.parametrize(("name", "target"), TARGETS.items(), ids=TARGETS)
def test_what_is_near_the_fixtures(name: str, target: Target) -> None:
    random = Random(name)
    known = seeds(name)
    target(known[0])  # loads the libraries, which is no input's fault
    mutator = Mutator(known)
    for _ in range(_NEAR):
        run(target, mutator(random.choice(known), _MOST, random))


def test_every_regression_has_a_target() -> None:
    assert {path.name for path in REGRESSIONS.iterdir()} <= TARGETS.keys()


def test_a_project_is_unpacked_as_it_was_packed() -> None:
    files = {"main.tf": b"a = 1\n", "other.tfvars": b"", "child/main.tf": b"b {\n}\n"}
    assert unpacked(packed(files)) == {"main.tf": b"a = 1\n\n", "other.tfvars": b"\n", "child/main.tf": b"b {\n}\n\n"}
    assert unpacked(b"x\n-- ../outside --\n")["main.tf"] == b"x\n-- ../outside --\n"


def test_smaller_keeps_what_fails() -> None:
    assert smaller(b"a = [1, 2]\nb = oops\n", lambda data: b"oops" in data and data.count(b"[") == 1) == b"[oops"


def test_mutations_are_the_same_each_time() -> None:
    known = seeds("tfjson")
    one, other = Mutator(known), Mutator(known)
    for seed in itertools.islice(itertools.count(), 50):
        assert one(known[3], _MOST, Random(seed)) == other(known[3], _MOST, Random(seed))
