"""The formula, the vocabulary and the shape rules, on small catalogues and hand-made blocks."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from cogcheck.answer import Answer, Truth, all_of, any_of, negate
from cogcheck.catalogue.load import Catalogue, build
from cogcheck.catalogue.paths import Node, Subject
from cogcheck.catalogue.verdict import Question, Verdict
from cogcheck.engine import Engine
from cogcheck.model import (
    Argument,
    Block,
    Document,
    Known,
    ListValue,
    Null,
    ObjectValue,
    Resource,
    Span,
    Surroundings,
    Unknown,
    Value,
    Versions,
)

SOURCE = Document("main.tf", "\n".join(f"line {number}" for number in range(1, 100)))
UNKNOWN = object()

SHAPE: dict[str, Any] = {
    "resource": "test",
    "provider": "test",
    "docs": "",
    "verified": {"from": "4.0.0", "to": "6.0.0"},
    "arguments": {
        "name": {"type": "string", "required": True, "length": {"min": 1, "max": 8}},
        "mode": {"type": "string", "default": "OFF", "one_of": ["OFF", "ON", "OPTIONAL"]},
        "version": {"type": "string", "one_of": {"values": ["V1", "V2"], "grows": True}},
        "size": {"type": "integer", "range": {"min": 6, "max": 99}},
        "tags": {"type": "map(string)", "keys": {"length": {"max": 4}}, "values": {"length": {"max": 5}}},
        "kinds": {"type": "set(string)", "items": {"one_of": ["a", "b"]}},
        "enabled": {"type": "bool"},
        "arn": {"type": "string", "read_only": True},
        "late": {"type": "string", "since": "5.0.0"},
        "subject": {
            "type": "string",
            "length": [{"min": 6, "max": 9, "until": "5.44.0"}, {"min": 1, "max": 9, "since": "5.44.0"}],
        },
    },
    "blocks": {
        "policy": {
            "max": 1,
            "arguments": {"length": {"type": "integer"}, "strict": {"type": "bool", "required": {"until": "5.93.0"}}},
        },
        "item": {
            "key": "name",
            "max": {"value": 3},
            "arguments": {"name": {"type": "string", "required": True}, "priority": {"type": "integer"}},
        },
    },
}


def span(line: int = 1) -> Span:
    start = SOURCE.line_starts[line - 1]
    return Span(SOURCE, start, start + 4)


def value(raw: Any, line: int = 1) -> Value:
    if raw is UNKNOWN:
        return Unknown("var.x has no value", span(line), identity="var.x")
    if raw is None:
        return Null(span(line))
    if isinstance(raw, list):
        return ListValue(tuple(value(item, line) for item in raw), span(line))
    if isinstance(raw, dict):
        return ObjectValue({key: value(item, line) for key, item in raw.items()}, span(line))
    return raw if isinstance(raw, Unknown | Known | ListValue) else Known(raw, span(line))


def block(type_: str = "", line: int = 1, /, maybe: str | None = None, **members: Any) -> Block:
    """A block whose members stand on lines of their own; a Block or list of Blocks becomes nested blocks."""
    arguments: dict[str, Argument] = {}
    blocks: list[Block] = []
    for offset, (name, raw) in enumerate(members.items(), start=1):
        if isinstance(raw, Block) or (isinstance(raw, list) and raw and isinstance(raw[0], Block)):
            blocks.extend([raw] if isinstance(raw, Block) else raw)
        else:
            place = span(line + offset)
            arguments[name] = Argument(name, place, value(raw, line + offset), place)
    return Block(type_, span(line), span(line), arguments, tuple(blocks), maybe=maybe)


def rule(**fields: Any) -> dict[str, Any]:
    base = {"id": "COG4001", "slug": "broken", "severity": "error", "summary": "s", "resource": "test", "message": "m"}
    return {**base, **fields}


SHAPE_RULES = """
unknown-argument unknown-block missing-argument missing-block wrong-type value-not-allowed number-out-of-range
wrong-length malformed-value repeated-block block-as-attribute attribute-as-block read-only-argument newer-argument
"""
GENERAL = [
    {"id": f"COG10{number:02}", "slug": slug, "severity": "error", "summary": slug}
    for number, slug in enumerate(SHAPE_RULES.split())
]


def catalogue(*rules: dict[str, Any]) -> Catalogue:
    return build({"rules": [*GENERAL, *rules], "shapes": [SHAPE], "constraints": []})


def judge(
    body: Block, *rules: dict[str, Any], versions: Versions | None = None, **fields: Any
) -> tuple[list[Verdict], list[Question]]:
    surroundings = Surroundings()
    surroundings.versions = versions or Versions()
    surroundings.region = fields.pop("region", None)
    resource = replace(Resource("test", "x", "test.x", body, surroundings), **fields)
    return Engine(catalogue(*rules)).judge(resource)[1:]


def outcome(body: Block, when: Any, must: Any, at: str = "") -> str:
    """`finding`, `open` or `fine` for one rule."""
    fields = {"at": at} if at else {}
    verdicts, questions = judge(body, rule(when=when, must=must, **fields))
    if [verdict for verdict in verdicts if verdict.slug == "broken"]:
        return "finding"
    return "open" if [question for question in questions if question.slug == "broken"] else "fine"


def shape_slugs(body: Block, versions: Versions | None = None) -> list[tuple[str, str, str]]:
    return [(one.slug, one.severity, one.place.path) for one in judge(body, versions=versions)[0]]


def test_an_answer_is_no_boolean() -> None:
    with pytest.raises(TypeError):
        bool(Answer(Truth.YES))


@pytest.mark.parametrize(
    ("answers", "every", "some"),
    [
        ("", "YES", "NO"),
        ("YES", "YES", "YES"),
        ("YES NO", "NO", "YES"),
        ("YES CANNOT_TELL", "CANNOT_TELL", "YES"),
        ("NO CANNOT_TELL", "NO", "CANNOT_TELL"),
        ("YES NO CANNOT_TELL", "NO", "YES"),
    ],
)
def test_three_valued_logic(answers: str, every: str, some: str) -> None:
    given = [Answer(Truth[name]) for name in answers.split()]
    assert (all_of(given).truth.name, any_of(given).truth.name) == (every, some)
    assert negate(all_of(given)).truth is any_of(map(negate, given)).truth


@pytest.mark.parametrize(
    ("must", "members", "expected"),
    [
        ({"present": "mode"}, {"mode": "ON"}, "fine"),
        ({"present": "mode"}, {"mode": None}, "finding"),
        ({"present": "mode"}, {"mode": UNKNOWN}, "open"),
        ({"present": "kinds"}, {"kinds": []}, "fine"),
        ({"present": ["mode", "size"]}, {"mode": "ON"}, "finding"),
        ({"absent": "policy"}, {"policy": block("policy", strict=True)}, "finding"),
        ({"present": "policy.length"}, {}, "finding"),
        ({"equals": {"mode": "OFF"}}, {}, "fine"),
        ({"equals": {"mode": "ON"}}, {}, "finding"),
        ({"equals": {"size": 12}}, {"size": "12"}, "fine"),
        ({"equals": {"enabled": True}}, {"enabled": "true"}, "fine"),
        ({"equals": {"size": 12}}, {"size": UNKNOWN}, "open"),
        ({"equals": {"name": "abc"}}, {"name": Unknown("?", span(), ("a", "c"))}, "open"),
        ({"equals": {"name": "abc"}}, {"name": Unknown("?", span(), ("c", "a"))}, "finding"),
        ({"one_of": {"mode": ["ON", "OPTIONAL"]}}, {"mode": "OPTIONAL"}, "fine"),
        ({"one_of": {"mode": ["ON", "OPTIONAL"]}}, {}, "finding"),
        ({"contains": {"name": "b"}}, {"name": "abc"}, "fine"),
        ({"contains": {"name": "x"}}, {"name": "abc"}, "finding"),
        ({"contains": {"name": "x"}}, {}, "finding"),
        ({"contains": {"name": "x"}}, {"name": Unknown("?", span(), ("a", "xy"))}, "fine"),
        ({"contains": {"name": "x"}}, {"name": Unknown("?", span(), ("a", "y"))}, "open"),
        ({"contains": {"kinds": "a"}}, {"kinds": ["b"]}, "finding"),
        ({"contains": {"kinds": "a"}}, {"kinds": ["b", UNKNOWN]}, "open"),
        ({"at_least": {"size": 10}}, {"size": 9}, "finding"),
        ({"at_most": {"size": 10}}, {"size": "9"}, "fine"),
        ({"at_most": {"size": {"path": "policy.length"}}}, {"size": 8, "policy": block("policy", length=7)}, "finding"),
        ({"at_most": {"size": {"path": "policy.length"}}}, {"size": 8}, "fine"),
        ({"matches": {"name": "a+"}}, {"name": "aab"}, "finding"),
        ({"only": {"kinds": ["a"]}}, {"kinds": ["a", "a"]}, "fine"),
        ({"only": {"kinds": ["a"]}}, {}, "fine"),
        ({"only": {"kinds": ["a"]}}, {"kinds": [UNKNOWN]}, "open"),
        ({"within": {"kinds": "tags"}}, {"kinds": ["a"]}, "finding"),
        ({"same": ["name", "mode"]}, {"name": "ON", "mode": "ON"}, "fine"),
        ({"same": ["name", "mode"]}, {"name": UNKNOWN, "mode": UNKNOWN}, "fine"),
        ({"same": ["name", "mode"]}, {"name": UNKNOWN, "mode": "ON"}, "open"),
        ({"unique": "item.name"}, {"item": [block("item", name="a"), block("item", name="b")]}, "fine"),
        ({"unique": "item.name"}, {"item": [block("item", name="a"), block("item", name="a")]}, "finding"),
        ({"unique": "item.name"}, {"item": [block("item", name="a"), block("item", name=UNKNOWN)]}, "open"),
        (
            {"not": {"equals": {"item.name": "a"}}},
            {"item": [block("item", name="b"), block("item", name="a")]},
            "finding",
        ),
    ],
)
def test_vocabulary(must: Any, members: dict[str, Any], expected: str) -> None:
    assert outcome(block(**members), None, must) == expected


def test_a_path_to_the_resource_from_a_block() -> None:
    must = {"equals": {"^mode": "ON"}}
    assert outcome(block(mode="ON", policy=block("policy", 20)), None, must, at="policy") == "fine"
    assert outcome(block(mode="OFF", policy=block("policy", 20)), None, must, at="policy") == "finding"


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ({"name": "x"}, Truth.YES),
        ([{"name": "x"}], Truth.YES),
        ([{"name": "x"}, {"name": "y"}], Truth.CANNOT_TELL),
        ([], Truth.NO),
        (UNKNOWN, Truth.CANNOT_TELL),
        ({"other": "x"}, Truth.NO),
    ],
)
def test_a_path_into_the_value_of_an_argument(policy: Any, expected: Truth) -> None:
    outer = block(part=[block("part", policy=policy), block("part")])
    node = Node(outer, None)
    subject = Subject(Resource("other", "x", "other.x", outer, Surroundings()), node, node)
    assert subject.select("part.policy.name").presence().truth is expected


def test_the_region_is_a_path() -> None:
    given = rule(must={"same": ["name", "@region"]})
    found, _ = judge(block(name="here"), given, region=Known("there", span()))
    assert [one.slug for one in found] == ["broken"]
    assert judge(block(name="here"), given)[1][0].reason == "the provider's region is not known"


def test_a_finding_only_where_when_is_yes_and_must_is_no() -> None:
    must = {"equals": {"mode": "ON"}}
    assert outcome(block(mode="OFF", name=UNKNOWN), {"equals": {"name": "x"}}, must) == "open"
    assert outcome(block(mode="OFF", name="y"), {"equals": {"name": "x"}}, must) == "fine"
    assert outcome(block(mode="OFF", name="x"), {"equals": {"name": "x"}}, must) == "finding"


def test_the_evidence_gives_the_places() -> None:
    found, _ = judge(
        block(name="n", kinds=["a", "b"], size=7),
        rule(when={"equals": {"size": 7}}, must={"only": {"kinds": ["a"]}}, message="<offender> with <size>, <mode>"),
    )
    assert [(one.message, one.place.path, one.place.key) for one in found] == [
        ('"b" with 7, "OFF" (the default)', "kinds[1]", "kinds[b]")
    ]
    assert [text for text, _ in found[0].related] == ["size is 7"]


def test_what_is_missing_is_named_at_the_header_of_the_block_that_lacks_it() -> None:
    found, _ = judge(
        block(name="n", policy=block("policy", 30, strict=True)), rule(at="policy", must={"present": "length"})
    )
    assert [(one.place.path, one.place.span, one.place.absent) for one in found] == [("policy.length", span(30), True)]


def test_a_rule_for_each_of_several_paths() -> None:
    given = rule(each=["name", "mode", "size"], when={"present": "$"}, must={"equals": {"$": "ON"}}, message="$ is <$>")
    found, _ = judge(block(name="n", mode="OFF"), given)
    assert [(one.message, one.place.path) for one in found] == [('name is "n"', "name"), ('mode is "OFF"', "mode")]


def test_a_rule_may_point_elsewhere() -> None:
    found, _ = judge(block(name="n", mode="ON"), rule(must={"present": "policy"}, point="mode"))
    assert found[0].place.path == "mode"


def test_repeated_blocks_have_an_index_and_a_natural_key() -> None:
    items = [block("item", 20, name="a"), block("item", 30, name="b", priority=3)]
    found, _ = judge(
        block(name="n", item=items), rule(at="item", must={"at_most": {"priority": 2}}, when={"present": "priority"})
    )
    assert (found[0].place.path, found[0].place.key) == ("item[1].priority", "item[name=b].priority")


def test_what_may_not_occur_is_no_error() -> None:
    body = block(name="n", policy=block("policy", 20, maybe="the for_each is unknown", strict=True, length="x"))
    assert shape_slugs(body) == [("wrong-type", "warning", "policy.length")]
    unnamed = [block("item", 20, maybe="unknown"), block("item", 30, maybe="unknown", name=None)]
    assert shape_slugs(block(name="n", item=unnamed)) == [
        ("missing-argument", "error", "item[0].name"),
        ("missing-argument", "warning", "item[1].name"),
    ]
    body = block(name="n", policy=block("policy", 20, maybe="unknown", strict=True, length=3))
    found, _ = judge(body, rule(at="policy", must={"at_least": {"length": 6}}))
    assert [(one.severity, one.message) for one in found] == [("warning", "m (whenever this block occurs)")]
    assert outcome(body, None, {"present": "policy"}) == "open"


def rare(type_: str, /, **members: Any) -> Block:
    return block(type_, 20, maybe="who knows", **members)


@pytest.mark.parametrize(
    ("must", "members", "open_", "expected"),
    [
        ({"not": {"only": {"item.name": ["a"]}}}, {"item": [rare("item", name="b")]}, {}, "open"),
        ({"within": {"kinds": "policy.names"}}, {"kinds": ["a"], "policy": rare("policy", names=["a"])}, {}, "open"),
        ({"at_most": {"size": {"path": "policy.length"}}}, {"size": 8, "policy": rare("policy", length=7)}, {}, "open"),
        ({"is": {"filled_list": "policy.names"}}, {}, {}, "finding"),
        ({"is": {"filled_list": "policy.names"}}, {}, {"policy": "who knows"}, "open"),
    ],
)
def test_what_may_not_occur_decides_nothing(
    must: Any, members: dict[str, Any], open_: dict[str, str], expected: str
) -> None:
    occurs = {one.type: "who knows" for one in block(**members).blocks}
    assert outcome(replace(block(**members), open={**occurs, **open_}), None, must) == expected


def test_certain_places_decide_before_those_that_may_not_occur() -> None:
    must = rule(must={"only": {"item.name": ["a"]}})
    both = [rare("item", name="b"), block("item", 30, name="c")]
    assert [(one.severity, one.place.path) for one in judge(block(name="n", item=both), must)[0]] == [
        ("error", "item[1].name")
    ]
    must = rule(must={"any": [{"present": "size"}, {"only": {"item.name": ["a"]}}]})
    body = block(name="n", item=[rare("item", name="b")])
    assert [one.severity for one in judge(body, must)[0]] == ["warning"]


def test_a_bound_with_a_default_is_asked_where_nothing_is_set() -> None:
    when = {"at_least": {"size": {"number": 8, "default": 9}}}
    assert outcome(block(name="n"), when, {"present": "mode"}) == "finding"
    assert outcome(block(name="n", size=7), when, {"present": "mode"}) == "fine"


def test_ignored_changes_silence_warnings_about_diffs() -> None:
    given = rule(effect="diff", severity="warning", at="policy", must={"at_least": {"length": 6}})
    body = block(name="n", policy=block("policy", 20, strict=True, length=3))
    assert len(judge(body, given)[0]) == 1
    for name in ("all", "policy", "policy.length"):
        assert judge(body, given, ignore_changes=(name,))[0] == []
    assert len(judge(body, given, ignore_changes=("policy.strict", "pol"))[0]) == 1


def test_without_instances_only_validate_counts() -> None:
    body = block(name="n", mode="NO")
    both = (rule(enforced="apply", must={"present": "size"}),)
    assert [one.slug for one in judge(body, *both, instances=False)[0]] == ["value-not-allowed"]


def test_a_rule_of_other_releases_is_silent() -> None:
    given = rule(since="5.0.0", must={"present": "size"})
    assert judge(block(name="n"), given, versions=Versions((4, 0), (4, 9)))[0] == []
    assert judge(block(name="n"), given)[0] == []
    assert len(judge(block(name="n"), given, versions=Versions((5, 0, 0), None))[0]) == 1


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"name": "n"}, []),
        ({}, [("missing-argument", "error", "name")]),
        ({"name": None}, [("missing-argument", "error", "name")]),
        ({"name": UNKNOWN}, []),
        ({"name": "n", "mode": "on"}, [("value-not-allowed", "error", "mode")]),
        ({"name": "n", "mode": True}, [("value-not-allowed", "error", "mode")]),
        ({"name": "n", "version": "V3x"}, [("value-not-allowed", "warning", "version")]),
        ({"name": "n", "size": 1.5}, [("wrong-type", "error", "size")]),
        ({"name": "n", "size": "12"}, []),
        ({"name": "n", "size": "x"}, [("wrong-type", "error", "size")]),
        ({"name": "n", "size": 5}, [("number-out-of-range", "error", "size")]),
        ({"name": "n", "enabled": "yes"}, [("wrong-type", "error", "enabled")]),
        ({"name": "n", "enabled": "1"}, []),
        ({"name": "n", "enabled": 1}, [("wrong-type", "error", "enabled")]),
        ({"name": "n", "size": "12."}, []),
        ({"name": "n", "size": "12.5"}, [("wrong-type", "error", "size")]),
        ({"name": "n", "kinds": "a"}, [("wrong-type", "error", "kinds")]),
        ({"name": "n", "kinds": ["a", "z", UNKNOWN]}, [("value-not-allowed", "error", "kinds[1]")]),
        ({"name": "n", "tags": {"toolong": "x"}}, [("wrong-length", "error", 'tags["toolong"]')]),
        ({"name": "n", "tags": {"k": "toolong"}}, [("wrong-length", "error", 'tags["k"]')]),
        ({"name": "toolongname"}, [("wrong-length", "error", "name")]),
        ({"name": Unknown("?", span(), ("123456", "789"))}, [("wrong-length", "error", "name")]),
        ({"name": "n", "arn": "x"}, [("read-only-argument", "error", "arn")]),
        ({"name": "n", "arn": UNKNOWN}, []),
        ({"name": "n", "modee": "ON"}, [("unknown-argument", "error", "modee")]),
        ({"name": "n", "something": "ON"}, [("unknown-argument", "warning", "something")]),
        ({"name": "n", "priority": 1}, [("unknown-argument", "error", "priority")]),
        ({"name": "n", "policy": {"length": 1}}, [("block-as-attribute", "error", "policy")]),
        ({"name": "n", "x": block("mode")}, [("attribute-as-block", "error", "mode")]),
        ({"name": "n", "x": block("polcy")}, [("unknown-block", "error", "polcy")]),
        ({"name": "n", "x": [block("policy", 20, strict=True)] * 2}, [("repeated-block", "error", "policy[1]")]),
        ({"name": "n", "policy": block("policy", 20)}, [("missing-argument", "warning", "policy.strict")]),
        ({"name": "n", "subject": "abc"}, []),
        ({"name": "n", "subject": ""}, [("wrong-length", "error", "subject")]),
    ],
)
def test_shape(members: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    members = {name: Known(Decimal("1.5"), span()) if raw == 1.5 else raw for name, raw in members.items()}
    assert sorted(shape_slugs(block(**members))) == expected


def test_versions_decide() -> None:
    old, new = Versions((4, 0, 0), (4, 9, 0), "the lock file"), Versions((5, 93, 0), (5, 93, 0))
    assert shape_slugs(block(name="n", late="x"), old) == [("newer-argument", "error", "late")]
    assert shape_slugs(block(name="n", late="x"), new) == []
    assert shape_slugs(block(name="n", something="x"), old) == [("unknown-argument", "error", "something")]
    assert shape_slugs(block(name="n", version="V9"), old) == [("value-not-allowed", "error", "version")]
    assert shape_slugs(block(name="n", subject="abc"), old) == [("wrong-length", "error", "subject")]
    policy = block("policy", 20)
    assert shape_slugs(block(name="n", policy=policy), old) == [("missing-argument", "error", "policy.strict")]
    assert shape_slugs(block(name="n", policy=policy), new) == []
