"""Every fact of the shape, asked one by one: the real `terraform validate` refuses what breaks a fact that it enforces.

What breaks a fact that is enforced later has to pass, and so have the values on the border of what is allowed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conftest import Terraform

from cogcheck.catalogue.load import catalogue
from cogcheck.catalogue.shapes import ArgumentShape, BlockShape, Fact

ROOT = catalogue().shapes["aws_cognito_user_pool"].root
AT_HAND = (5, 100, 0)
"""The release that the mirror holds."""

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:f"
TEXT = "{####}{username}{##x##}"
"""What satisfies every message."""

SAMPLES = {"lambda_arn": ARN, "sns_caller_arn": ARN, "kms_key_id": ARN, "name": "sample"}
MALFORMED = {
    "arn": "nothing",
    "attribute_name": "a b",
    "email_text": TEXT + "\u00ad",
    "pool_name": "a!b",
    "region": "Ireland",
    "reply_to_address": "Support <support@example.com>",
    "ses_configuration_set": "has space",
}
WRONG_TYPES: Mapping[str, Any] = {
    "string": ["a"],
    "bool": "yes",
    "integer": 1.5,
    "set(string)": "a",
    "map(string)": ["a"],
}


@dataclass(frozen=True, slots=True)
class Question:
    """A block with one thing wrong with it (or just not), and whether `terraform validate` has to refuse it."""

    name: str
    path: tuple[str, ...]
    arguments: Mapping[str, Any]
    refused: bool
    count: int = 1

    @property
    def text(self) -> str:
        """The pool."""
        blocks = [_written(self.arguments, index) for index in range(self.count)]
        for depth in reversed(range(len(self.path))):
            outer = _sound(self.path[:depth], skip=self.path[depth])
            blocks = [_written(outer, 0, "".join(f"{self.path[depth]} {{\n{block}}}\n" for block in blocks))]
        return f'resource "aws_cognito_user_pool" "example" {{\n{blocks[0]}}}\n'


def _written(arguments: Mapping[str, Any], index: int, inner: str = "") -> str:
    if index and "attribute_data_type" in arguments:  # a set of blocks, of which equal ones are one
        arguments = {**arguments, "name": f"sample{index}"}
    return "".join(f"{name} = {json.dumps(value)}\n" for name, value in arguments.items()) + inner


def _shape(path: Sequence[str]) -> BlockShape:
    shape = ROOT
    for name in path:
        shape = shape.blocks[name]
    return shape


def _sound(path: Sequence[str], skip: str = "") -> dict[str, Any]:
    """The arguments that a block needs, with values that are fine."""
    needed = {name: _sample(one) for name, one in _shape(path).arguments.items() if _applies(one.facts.get("required"))}
    if skip in ("custom_email_sender", "custom_sms_sender"):
        needed["kms_key_id"] = ARN
    return needed


def _applies(facts: Sequence[Fact] | None) -> bool:
    return any(_at_hand(fact) for fact in facts or ())


def _at_hand(fact: Fact) -> bool:
    since, until = fact.period.since, fact.period.until
    return (since is None or since <= AT_HAND) and (until is None or until > AT_HAND)


def _sample(argument: ArgumentShape) -> Any:
    allowed = argument.facts.get("one_of") or argument.items.get("one_of")
    first = allowed[0].value["values"][0] if allowed else SAMPLES.get(argument.name, TEXT)
    if "(" in argument.type:
        return {"a": "b"} if argument.type == "map(string)" else [first]
    return {"bool": True, "integer": 1}.get(argument.type, first)


def questions() -> Iterator[Question]:
    yield from _block_questions((), ROOT)


def _block_questions(path: tuple[str, ...], shape: BlockShape) -> Iterator[Question]:
    for name, argument in shape.arguments.items():
        if argument.period.since is None or argument.period.since <= AT_HAND:
            yield from _argument_questions(path, name, argument)
    for name, inner in shape.blocks.items():
        if inner.period.since is not None and inner.period.since > AT_HAND:
            continue
        (limit,) = inner.facts["max"]
        below = (*path, name)
        yield Question(
            "_".join((*below, "too_often")), below, _sound(below), limit.enforced == "validate", limit.value + 1
        )
        yield Question("_".join((*below, "often")), below, _sound(below), False, limit.value)
        yield from _block_questions(below, inner)


def _argument_questions(path: tuple[str, ...], name: str, argument: ArgumentShape) -> Iterator[Question]:
    for what, value, fact in _trials(argument):
        refused = fact is not None and fact.enforced == "validate"
        yield Question("_".join((*path, name, what)), path, {**_sound(path), name: value}, refused)
    if _applies(argument.facts.get("required")):
        rest = {key: value for key, value in _sound(path).items() if key != name}
        yield Question("_".join((*path, name, "missing")), path, rest, refused=True)


def _trials(argument: ArgumentShape) -> Iterator[tuple[str, Any, Fact | None]]:
    """Values for an argument, each with the fact that it breaks, if any."""
    if argument.period.until is not None or "read_only" in argument.facts:
        yield "set", _sample(argument), argument.facts.get("read_only", (Fact(),))[0]
        return
    yield "of_wrong_type", WRONG_TYPES[argument.type], Fact()
    yield from _fact_trials(argument.facts)
    for what, value, fact in _fact_trials(argument.items):
        yield f"item_{what}", [value], fact
    for what, value, fact in _fact_trials(argument.keys):
        yield f"key_{what}", {value: "b"}, fact
    for what, value, fact in _fact_trials(argument.values):
        yield f"value_{what}", {"a": value}, fact


def _fact_trials(facts: Mapping[str, Sequence[Fact]]) -> Iterator[tuple[str, Any, Fact | None]]:
    for kind, alternatives in facts.items():
        for fact in filter(_at_hand, alternatives):
            for what, value, breaks in _values(kind, fact.value):
                yield f"{kind}_{what}", value, fact if breaks else None


def _values(kind: str, content: Any) -> Iterator[tuple[str, Any, bool]]:
    """What breaks a fact and what just does not."""
    if kind == "one_of":
        yield "wrong", "WRONG", True
        for literal in content["values"]:
            yield literal, literal, False
    if kind == "range":
        yield "too_small", content["min"] - 1, True
        yield "too_large", content["max"] + 1, True
        yield "smallest", content["min"], False
        yield "largest", content["max"], False
    if kind == "length":
        yield "too_short", "", content.get("min", 0) > 0
    if kind == "length" and "max" in content:
        yield "too_long", (TEXT + "a" * content["max"])[: content["max"] + 1], True
        yield "longest", (TEXT + "a" * content["max"])[: content["max"]], False
    if kind == "pattern" and content["format"] in MALFORMED:
        yield "malformed", MALFORMED[content["format"]], True


QUESTIONS = {question.name: question for question in questions()}
REFUSED_SOONER = {"name_length_too_short"}
"""What the provider already refuses, although the rest of the fact is enforced later."""


@pytest.fixture(scope="module")
def errors(terraform: Terraform, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[str]]:
    root: Path = tmp_path_factory.mktemp("facts")
    return terraform.errors(root, {name: question.text for name, question in QUESTIONS.items()})


@pytest.mark.parametrize("name", QUESTIONS)
def test_terraform_says_what_the_fact_says(name: str, errors: Mapping[str, list[str]]) -> None:
    if QUESTIONS[name].refused or name in REFUSED_SOONER:
        assert errors[name]
    else:
        assert errors[name] == []
