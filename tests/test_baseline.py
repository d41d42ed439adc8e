"""The baseline: what is known is not reported, whatever line it moves to; what is gone is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from samples import BROKEN, TYPE, write

from cogcheck.baseline import BaselineError, compare, dump, entries, load
from cogcheck.catalogue.load import catalogue
from cogcheck.report import Report
from cogcheck.scan import scan

EVERY = frozenset(catalogue().by_id)


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(tmp_path, {".git/HEAD": "", "pools/main.tf": BROKEN})
    monkeypatch.chdir(tmp_path)
    return tmp_path


def keep(*paths: str) -> None:
    Path("known.json").write_text(dump(entries(scan(paths).findings, catalogue())), encoding="utf-8")


def fresh(*paths: str) -> Report:
    return compare(scan(paths), load("known.json"), paths, EVERY)


def test_the_file(root: Path) -> None:
    keep()
    written = json.loads(Path("known.json").read_text(encoding="utf-8"))
    assert list(written) == ["version", "tool", "findings"]
    (entry,) = written["findings"]
    assert {**entry, "fingerprint": ""} == {
        "rule": "COG1006",
        "slug": "value-not-allowed",
        "path": "pools/main.tf",
        "resources": [f"{TYPE}.main"],
        "argument": "mfa_configuration",
        "fingerprint": "",
    }
    assert dump(load("known.json")) == Path("known.json").read_text(encoding="utf-8")


def test_known_findings_are_not_reported(root: Path) -> None:
    keep()
    report = fresh()
    assert report.findings == ()
    assert report.notices == ("1 finding is in the baseline",)


def test_lines_do_not_matter_but_files_do(root: Path) -> None:
    keep()
    write(root, {"pools/main.tf": "\n\n# moved\n" + BROKEN})
    assert fresh().findings == ()
    write(root, {"pools/main.tf": "", "pools/other.tf": BROKEN})
    report = fresh()
    assert [finding.span.document.path for finding in report.findings] == ["pools/other.tf"]
    assert report.notices == (
        f"gone from the baseline: pools/main.tf: COG1006 value-not-allowed: {TYPE}.main mfa_configuration",
        "write the baseline anew with `cogcheck baseline`",
    )


def test_the_working_directory_does_not_matter(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep()
    monkeypatch.chdir(root / "pools")
    known = load(str(root / "known.json"))
    report = compare(scan([]), known, [], EVERY)
    assert (report.findings, report.notices) == ((), ("1 finding is in the baseline",))


def test_through_a_link(root: Path) -> None:
    keep()
    (root / "link").symlink_to(root / "pools", target_is_directory=True)
    assert fresh("link").findings == ()


def test_what_was_not_looked_at_is_not_gone(root: Path) -> None:
    write(root, {"shop/main.tf": BROKEN, "shop/b.tf": ""})
    keep()
    write(root, {"pools/main.tf": "", "shop/main.tf": ""})
    assert not [notice for notice in fresh("shop/b.tf").notices if notice.startswith("gone")]
    assert len([notice for notice in fresh("shop/main.tf").notices if notice.startswith("gone")]) == 1
    assert len([notice for notice in fresh("shop").notices if notice.startswith("gone")]) == 1
    assert len([notice for notice in fresh().notices if notice.startswith("gone")]) == 2
    unselected = compare(scan([]), load("known.json"), [], EVERY - {"COG1006"})
    assert not [notice for notice in unselected.notices if notice.startswith("gone")]
    write(root, {"shop/main.tf": f"# {TYPE}\nx = {{"})
    assert not [notice for notice in fresh().notices if notice.startswith("gone")]


def test_what_is_suppressed_now_is_not_gone(root: Path) -> None:
    keep()
    write(root, {"pools/main.tf": f"# cogcheck:ignore=all -- why\n{BROKEN}"})
    report = fresh()
    assert (report.findings, report.notices) == ((), ())


def test_unreadable_input_is_not_for_getting_used_to(root: Path) -> None:
    write(root, {"pools/broken.tf": f"# {TYPE}\nx = {{\n"})
    keep()
    report = fresh()
    assert [finding.slug for finding in report.findings] == ["syntax-error"]
    assert report.unreadable == 1


def test_many_that_are_gone_are_counted(root: Path) -> None:
    pools = "".join(BROKEN.replace('"main"', f'"p{number}"') for number in range(25))
    write(root, {"pools/main.tf": pools})
    keep()
    write(root, {"pools/main.tf": ""})
    notices = fresh().notices
    assert len([notice for notice in notices if notice.startswith("gone from the baseline: pools")]) == 20
    assert "gone from the baseline: 5 more" in notices


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "cannot read the baseline 'known.json': No such file or directory; `cogcheck baseline` writes it"),
        ("{", "the baseline 'known.json' is not JSON"),
        ("[" * 100_000, "the baseline 'known.json' is not JSON"),
        ("[]", "'known.json' is no baseline"),
        ('{"findings": {}}', "'known.json' is no baseline"),
        ('{"version": 2, "findings": []}', "the baseline 'known.json' is of version 2, not 1"),
        ('{"version": 1, "findings": [1]}', "the baseline 'known.json' has an entry without a fingerprint"),
        ('{"version": 1, "findings": [{"fingerprint": 1}]}', "the baseline 'known.json' has an entry without"),
    ],
)
def test_refusals(root: Path, text: str | None, message: str) -> None:
    if text is not None:
        Path("known.json").write_text(text, encoding="utf-8")
    with pytest.raises(BaselineError) as caught:
        load("known.json")
    assert str(caught.value).startswith(message)


def test_entries_of_other_hands_are_taken_as_far_as_they_go(root: Path) -> None:
    entry = {"fingerprint": "00", "resources": [1, "a.b"], "argument": 3, "path": None}
    Path("known.json").write_text(json.dumps({"version": 1, "findings": [entry]}), encoding="utf-8")
    (loaded,) = load("known.json")
    assert (loaded.resources, loaded.argument, loaded.rule) == (("a.b",), None, "")
