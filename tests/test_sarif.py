"""SARIF as we mean it: what no validator looks at."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from samples import span, write

from cogcheck.catalogue.load import catalogue
from cogcheck.model import Document, Span, Step
from cogcheck.report import Finding, Report, fingerprint
from cogcheck.reporters import View, places, reporter
from cogcheck.reporters.sarif import MOST_RESULTS

TEXT = 'resource "x" "y" {\n  name = "é😀"\n  size = var.size\n}\n\nvariable "size" {\n  default = 3\n}\n'
PLAIN = View()


@pytest.fixture(autouse=True)
def _no_workspace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    places.root.cache_clear()


@pytest.fixture
def main(tmp_path: Path) -> Document:
    """A file in a directory of a repository, both with names that URIs do not take as they are."""
    repository = write(tmp_path / "ré po", {"in fra/mé#1.tf": TEXT, ".git/HEAD": ""})
    return Document("mé#1.tf", TEXT, "hcl", str(repository / "in fra" / "mé#1.tf"))


def finding(place: Span, rule: str = "number-out-of-range", **more: Any) -> Finding:
    known = catalogue().by_slug[rule]
    made = Finding(known.id, known.slug, known.severity, "size is 3", place, fingerprint=fingerprint(rule, "", "", ""))
    return replace(made, **more)


def run_of(report: Report, view: View = PLAIN) -> dict[str, Any]:
    text = reporter("sarif")(report, view)
    assert text.isascii()
    log = json.loads(text)
    assert list(log) == ["$schema", "version", "runs"]
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


def result_of(found: Finding, view: View = PLAIN) -> dict[str, Any]:
    (result,) = run_of(Report((found,)), view)["results"]
    assert isinstance(result, dict)
    return result


def test_nothing_found() -> None:
    run = run_of(Report())
    assert run["results"] == []
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == sorted(catalogue().by_id)
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["invocations"] == [{"executionSuccessful": True}]
    assert "automationDetails" not in run


def test_place_is_counted_from_the_repository_and_in_code_points(main: Document) -> None:
    result = result_of(finding(span(main, '"é😀"')))
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "in%20fra/m%C3%A9%231.tf", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 2, "startColumn": 10, "endLine": 2, "endColumn": 14},
            }
        }
    ]


def test_links_are_resolved(main: Document, tmp_path: Path) -> None:
    link = tmp_path / "elsewhere"
    link.symlink_to(tmp_path / "ré po", target_is_directory=True)
    linked = Document("x.tf", TEXT, "hcl", str(link / "in fra" / "mé#1.tf"))
    assert places.uri(linked) == places.uri(main) == "in%20fra/m%C3%A9%231.tf"


def test_workspace_of_actions_counts_before_a_submodule(
    main: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    assert places.uri(main) == "in%20fra/m%C3%A9%231.tf"
    (tmp_path / ".git").mkdir()
    places.root.cache_clear()
    assert places.uri(main) == "r%C3%A9%20po/in%20fra/m%C3%A9%231.tf"


def test_without_a_repository_the_working_directory_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = write(tmp_path / "here", {"sub/a.tf": ""}), write(tmp_path / "there", {"b.tf": ""})
    monkeypatch.chdir(here)
    assert places.uri(Document("sub/a.tf", "", "hcl", str(here / "sub" / "a.tf"))) == "sub/a.tf"
    assert places.uri(Document("b.tf", "", "hcl", str(there / "b.tf"))) == (there / "b.tf").as_uri()
    assert places.uri(Document("<stdin>", "")) == "%3Cstdin%3E"


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("/a b/main.tf", "file:///a%20b/main.tf"),
        ("/:b/main.tf", "file:///%3Ab/main.tf"),
        ("C:/a b/main.tf", "file:///C:/a%20b/main.tf"),
        ("//server/a b/main.tf", "file://server/a%20b/main.tf"),
    ],
)
def test_absolute_paths_of_all_systems(path: str, uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cogcheck.reporters.places.relative", lambda document: None)
    monkeypatch.setattr(os.path, "realpath", str)
    assert places.uri(Document("main.tf", "", "hcl", path)) == uri


def test_names_that_are_no_utf_8(tmp_path: Path) -> None:
    write(tmp_path, {".git/HEAD": ""})
    document = Document("x", "", "hcl", os.path.join(tmp_path, os.fsdecode(b"caf\xe9.tf")))
    assert places.uri(document) == "caf%E9.tf"
    assert places.shown(document) == "caf\\xe9.tf"


@pytest.mark.parametrize(("severity", "level"), [("error", "error"), ("warning", "warning"), ("info", "note")])
def test_level_is_always_written(main: Document, severity: str, level: str) -> None:
    assert result_of(finding(span(main, "3"), severity=severity))["level"] == level


def test_message_names_the_resource_first_and_links_to_related_places(main: Document) -> None:
    steps = (Step("default of var.size", span(main, "3")), Step("lists[0] [sic]", span(main, "size")))
    found = finding(
        span(main, "var.size"),
        message="size is 3 {####} [x](http://x)",
        help="Set 6",
        related=steps,
        resources=("a.b[0]", "a.c"),
    )
    result = result_of(found)
    assert result["message"]["text"] == (
        "a.b[0] and 1 other: size is 3 {####} \\[x](http://x). Set 6. "
        "See [default of var.size](1), [lists\\[0\\] \\[sic\\]](2)."
    )
    assert [(one["id"], one["message"]["text"]) for one in result["relatedLocations"]] == [
        (1, "default of var.size"),
        (2, "lists[0] [sic]"),
    ]
    assert result["relatedLocations"][0]["physicalLocation"]["region"]["startLine"] == 7


def test_code_flow_runs_from_the_origin_to_the_use(main: Document) -> None:
    first, second = Step("default of var.size", span(main, "3")), Step("var.size", span(main, "size"))
    assert "codeFlows" not in result_of(finding(span(main, "var.size"), trail=(first,)))
    (flow,) = result_of(finding(span(main, "var.size"), trail=(second, first)))["codeFlows"]
    (thread,) = flow["threadFlows"]
    said = [one["location"]["message"]["text"] for one in thread["locations"]]
    assert said == ["default of var.size", "var.size", "used here"]


def test_logical_locations_name_addresses_and_construct(main: Document) -> None:
    found = finding(span(main, "3"), resources=("a.b", "a.c"), construct="App/Pool", argument="size")
    result = result_of(found)
    assert result["locations"][0]["logicalLocations"] == [
        {"fullyQualifiedName": "a.b", "kind": "resource"},
        {"fullyQualifiedName": "App/Pool", "kind": "construct"},
        {"fullyQualifiedName": "a.c", "kind": "resource"},
    ]
    assert result["properties"] == {"argument": "size"}


def test_fingerprints(main: Document) -> None:
    found = finding(span(main, "3"))
    prints = result_of(found)["partialFingerprints"]
    assert prints["cogcheck/v1"] == found.fingerprint
    assert set(prints) == {"cogcheck/v1", "primaryLocationLineHash"}


def test_no_line_hash_where_the_file_is_not_what_was_read(main: Document) -> None:
    changed = Document(main.path, TEXT + " ", "hcl", main.file)
    gone = Document(main.path, TEXT, "hcl", str(main.file) + ".gone")
    nowhere = Document("<stdin>", TEXT)
    for document in (changed, gone, nowhere):
        assert set(result_of(finding(span(document, "3")))["partialFingerprints"]) == {"cogcheck/v1"}


def test_the_line_hash_counts_the_mark_at_the_beginning(main: Document) -> None:
    plain = result_of(finding(span(main, "resource")))["partialFingerprints"]["primaryLocationLineHash"]
    Path(str(main.file)).write_text("\ufeff" + TEXT, encoding="utf-8")
    marked = result_of(finding(span(main, "resource")))["partialFingerprints"]["primaryLocationLineHash"]
    assert plain != marked


def test_suppressed_findings_are_left_out_unless_asked_for(main: Document) -> None:
    open_, closed = finding(span(main, "3")), finding(span(main, "var.size"), reason="legacy")
    silent = finding(span(main, "size"), reason="")
    report = Report((open_,), suppressed=(closed, silent))
    assert [result.get("suppressions") for result in run_of(report)["results"]] == [None]
    assert [result["suppressions"] for result in run_of(report, View(suppressed=True))["results"]] == [
        [],
        [{"kind": "inSource", "status": "accepted", "justification": "legacy"}],
        [{"kind": "inSource", "status": "accepted"}],
    ]


def test_unreadable_input_is_a_result_and_a_notification(main: Document) -> None:
    run = run_of(Report((finding(span(main, "3"), "syntax-error"),), unreadable=1), View(exit_code=3))
    assert [result["ruleId"] for result in run["results"]] == ["COG0001"]
    (invocation,) = run["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (True, 3)
    (note,) = invocation["toolExecutionNotifications"]
    assert (note["level"], note["associatedRule"]) == ("error", {"id": "COG0001", "index": 0})
    assert note["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "in%20fra/m%C3%A9%231.tf"


def test_category_only_if_asked_for(main: Document) -> None:
    assert run_of(Report(), View(category="pools"))["automationDetails"] == {"id": "pools/"}


def test_the_worst_come_first_and_the_mildest_are_left_out(main: Document) -> None:
    mild = [finding(span(main, "3"), "stale-stack", fingerprint=str(number)) for number in range(MOST_RESULTS)]
    bad = finding(span(main, "size"))
    run = run_of(Report((*mild, bad)))
    assert len(run["results"]) == MOST_RESULTS
    assert [result["level"] for result in run["results"][:2]] == ["error", "note"]
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"].startswith("1 findings more than the 5000")


def test_every_rule_is_described_as_github_asks(main: Document) -> None:
    found = tuple(finding(span(main, "3"), rule.slug) for rule in catalogue().rules)
    run = run_of(Report(found))
    described = run["tool"]["driver"]["rules"]
    assert [one["id"] for one in described] == sorted(rule.id for rule in catalogue().rules)
    for index, one in enumerate(described):
        rule = catalogue().by_id[one["id"]]
        assert all(0 < len(one[key]["text"]) <= 1024 for key in ("shortDescription", "fullDescription"))
        assert rule.bad.strip() in one["help"]["markdown"]
        assert one["help"]["text"]
        assert one["name"] != one["id"]
        assert len(one["name"]) <= 255
        properties = one["properties"]
        assert properties["precision"] in ("very-high", "high", "medium", "low")
        assert properties["problem.severity"] in ("error", "warning", "recommendation")
        assert len(properties["tags"]) <= 10
        assert ("security-severity" in properties) == ("security" in properties["tags"]) == bool(rule.packs)
        if rule.packs:
            assert isinstance(properties["security-severity"], str)
            assert 0.0 < float(properties["security-severity"]) <= 10.0
        assert all(result["ruleIndex"] == index for result in run["results"] if result["ruleId"] == one["id"])


def test_what_steers_terminals_or_cannot_be_encoded_is_escaped(main: Document) -> None:
    text = result_of(finding(span(main, "3"), message="a\x1b[31m\ud800"))["message"]["text"]
    assert text == "a\\u{1b}[31m\\u{d800}."
