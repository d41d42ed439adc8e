"""The files below rules/ are consistent: forms, ids, paths, texts, and a place for each documented constraint."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from cogcheck.catalogue.conditions import compile_condition
from cogcheck.catalogue.configured import for_each
from cogcheck.catalogue.load import Rule, catalogue
from cogcheck.catalogue.shapes import ArgumentShape, BlockShape, Facts
from cogcheck.catalogue.special import FORMATS
from cogcheck.catalogue.yaml import load

RULES = Path(__file__).parent.parent / "rules"
FILES = sorted(RULES.rglob("*.yaml"))
KINDS = {
    "input": "COG0",
    "shape": "COG1",
    "placeholders": "COG2",
    "conflicts": "COG3",
    "requirements": "COG4",
    "surroundings": "COG4",
    "limits": "COG5",
    "changes": "COG7",
}
POOL = "aws_cognito_user_pool"
PATH_WORDS = ("equals", "one_of", "contains", "at_least", "at_most", "matches", "is_a", "within", "only")
FOREIGN_WORDS = ("refers_to", "target", "exists")
"""Words about other resources, whose shapes are not known here."""

every_rule = pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in catalogue().rules])
every_pool_rule = pytest.mark.parametrize(
    "rule", [pytest.param(rule, id=rule.id) for rule in catalogue().rules if rule.resource == POOL]
)


def schema_of(content: Mapping[str, Any]) -> Draft202012Validator | None:
    name = "arguments" if "arguments" in content else "rules" if "rules" in content else None
    if name is None:
        return None
    return Draft202012Validator(json.loads((RULES / "schema" / f"{name}.schema.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", ["rules", "arguments"])
def test_the_schemas_are_schemas(name: str) -> None:
    Draft202012Validator.check_schema(json.loads((RULES / "schema" / f"{name}.schema.json").read_text("utf-8")))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_file_is_of_its_form(path: Path) -> None:
    content = load(path)
    schema = schema_of(content)
    if schema is None:
        assert set(content) == {"format", "constraints"}
    else:
        assert [error.message for error in schema.iter_errors(content)] == []


@pytest.mark.parametrize("path", [path for path in FILES if "rules" in load(path)], ids=lambda path: path.stem)
def test_ids_are_of_the_kind_of_their_file_and_ascend(path: Path) -> None:
    ids = [rule["id"] for rule in load(path)["rules"]]
    kind = "COG9" if path.parent.name == "policies" else KINDS[path.stem]
    assert all(re.fullmatch(rf"{kind}\d{{3}}", one) for one in ids)
    assert ids == sorted(ids)


def test_ids_and_slugs_are_unique() -> None:
    rules = catalogue().rules
    assert len({rule.id for rule in rules}) == len({rule.slug for rule in rules}) == len(rules)
    assert {rule.id for rule in rules}.isdisjoint(rule.slug for rule in rules)


@every_pool_rule
def test_an_error_is_enforced_by_somebody(rule: Rule) -> None:
    assert rule.severity != "error" or rule.enforced not in ("diff", "nowhere") or rule.packs


@every_rule
def test_texts_are_whole(rule: Rule) -> None:
    assert rule.help.endswith(".")
    assert rule.why.endswith(".")
    assert not rule.message.endswith(".") or rule.message.endswith("...>")
    assert rule.bad.strip()
    assert rule.good.strip()


@every_pool_rule
def test_it_says_where_it_is_known_from(rule: Rule) -> None:
    assert rule.documented or rule.source or rule.sources


def arguments_below(block: BlockShape) -> Iterator[ArgumentShape]:
    yield from block.arguments.values()
    for inner in block.blocks.values():
        yield from arguments_below(inner)


def blocks_below(block: BlockShape) -> Iterator[BlockShape]:
    yield block
    for inner in block.blocks.values():
        yield from blocks_below(inner)


def facts_below(block: BlockShape) -> Iterator[Mapping[str, Facts]]:
    for one in blocks_below(block):
        yield one.facts
    for argument in arguments_below(block):
        yield from (argument.facts, argument.items, argument.keys, argument.values)


def claimed_by_arguments() -> set[str]:
    root = catalogue().shapes[POOL].root
    facts = [fact for kinds in facts_below(root) for alternatives in kinds.values() for fact in alternatives]
    rows = [
        *(block.documented for block in blocks_below(root)),
        *(argument.documented for argument in arguments_below(root)),
        *(fact.documented for fact in facts),
    ]
    return {row for documented in rows for row in documented}


def test_every_row_of_the_documentation_has_its_place() -> None:
    rows = [entry["id"] for entry in catalogue().constraints]
    assert rows == [*(f"D{number}" for number in range(1, 35)), "D34b", *(f"D{number}" for number in range(35, 74))]


@pytest.mark.parametrize("entry", [pytest.param(entry, id=entry["id"]) for entry in catalogue().constraints])
def test_a_row_is_judged_where_it_says(entry: Mapping[str, Any]) -> None:
    by_rules = {row for rule in catalogue().rules if not rule.packs for row in rule.documented}
    found = (entry["id"] in claimed_by_arguments(), entry["id"] in by_rules)
    expected = {
        "arguments": (True, False),
        "rules": (False, True),
        "both": (True, True),
        "none": (False, False),
    }
    assert found == expected[entry["judged"]]
    assert ("reason" in entry) is (entry["judged"] == "none")
    assert entry["says"].endswith(".")


def test_rules_and_facts_name_no_row_that_is_not_there() -> None:
    rows = {entry["id"] for entry in catalogue().constraints}
    assert claimed_by_arguments() <= rows
    assert {row for rule in catalogue().rules for row in rule.documented} <= rows


def test_formats_of_facts_are_known() -> None:
    root = catalogue().shapes[POOL].root
    patterns = [fact.value for kinds in facts_below(root) for facts in kinds.get("pattern", ()) for fact in [facts]]
    assert patterns
    assert {pattern["format"] for pattern in patterns if "format" in pattern} <= set(FORMATS)


def paths_in(raw: Any) -> Iterator[str]:
    """The paths of a condition, without those of other resources and of predicates."""
    ((word, content),) = raw.items()
    if word in ("all", "any"):
        for part in content:
            yield from paths_in(part)
    elif word == "not":
        yield from paths_in(content)
    elif word in ("present", "absent", "same", "unique"):
        yield from [content] if isinstance(content, str) else content
    elif word in PATH_WORDS:
        yield from content
        yield from (other for other in content.values() if word == "within")
    elif word == "is" and isinstance(content, dict):
        for paths in content.values():
            yield from [paths] if isinstance(paths, str) else paths
    else:
        assert word in FOREIGN_WORDS


def resolves(root: BlockShape, at: tuple[str, ...], path: str) -> bool:
    """Whether a path, seen from the blocks at `at`, leads to an argument or block of the shape."""
    if path.startswith("@"):
        return True
    shape: BlockShape | None = root
    *types, name = path.removeprefix("^").split(".") if path.startswith("^") else (*at, *path.split("."))
    for type_ in types:
        shape = shape.blocks.get(type_) if shape else None
    return shape is not None and (name in shape.arguments or name in shape.blocks)


@every_pool_rule
def test_conditions_compile_and_speak_of_arguments_that_exist(rule: Rule) -> None:
    root = catalogue().shapes[POOL].root
    if rule.judged_by or "option" in json.dumps([rule.when, rule.must]):
        return
    for one in for_each(rule):
        conditions = [condition for condition in (one.when, one.must) if condition is not None]
        for condition in conditions:
            compile_condition(condition)
        named = [path for condition in conditions for path in paths_in(condition)]
        points = [one.point] if one.point is not None else []
        places = re.findall(r"<(\^?[a-z][a-z0-9_.]*)>", f"{one.message} {one.help}")
        places = [place for place in places if place not in ("offender", "block")]
        wrong = [path for path in (*named, *points, *places) if not resolves(root, one.at, path)]
        assert wrong == []


def test_no_text_is_used_twice() -> None:
    summaries = Counter(rule.summary for rule in catalogue().rules)
    assert [summary for summary, count in summaries.items() if count > 1] == []
