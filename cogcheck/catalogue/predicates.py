"""Questions about one value, each answered with a Truth; none ever raises."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

from cogcheck.answer import Truth
from cogcheck.model import Known, ListValue, Null, ObjectValue, Scalar, Unknown, Value
from cogcheck.terraform.values import contains_in_order

Test: TypeAlias = Callable[[Value], Truth]

LONGEST_NUMBER = 400
"""Longer texts are not read as numbers: conversion is not linear, and no limit has so many digits."""
_DEEPEST = 3
"""Lists in so many others are not compared: no argument has them, and they may be shared to be beyond all bounds."""


def truth(condition: bool) -> Truth:
    """Yes or no."""
    return Truth.YES if condition else Truth.NO


def same_scalar(left: Scalar, right: Scalar) -> bool:
    """Terraform's equality of primitives: a boolean is no number, and 1 is 1.0."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return isinstance(left, str) == isinstance(right, str) and left == right


def as_scalar(literal: object) -> Scalar:
    """A literal of a rule file as a value of ours."""
    return Decimal(repr(literal)) if isinstance(literal, float) else literal  # type: ignore[return-value] # by schema


def equals(literal: object) -> Test:
    """Whether a value is this literal."""
    expected = as_scalar(literal)

    def test(value: Value) -> Truth:
        if isinstance(value, Known):
            return truth(same_scalar(value.value, expected))
        if isinstance(value, Unknown):
            return _template_equals(value, expected)
        return Truth.NO

    return test


def _template_equals(value: Unknown, expected: Scalar) -> Truth:
    if value.literals and not (isinstance(expected, str) and contains_in_order(expected, value.literals)):
        return Truth.NO
    return Truth.NO if value.identity is not None and _is_no_arn(expected) and _is_an_arn(value) else Truth.CANNOT_TELL


def _is_no_arn(expected: Scalar) -> bool:
    return not isinstance(expected, str) or not expected.startswith("arn:")


def _is_an_arn(value: Unknown) -> bool:
    """Whether a value is a resource's own ARN, which is never empty or anything else than an ARN."""
    from cogcheck.catalogue.references import is_own_arn

    return is_own_arn(value)


def one_of(literals: tuple[object, ...]) -> Test:
    """Whether a value is one of these literals."""
    tests = [equals(literal) for literal in literals]

    def test(value: Value) -> Truth:
        answers = {single(value) for single in tests}
        if Truth.YES in answers:
            return Truth.YES
        return Truth.CANNOT_TELL if Truth.CANNOT_TELL in answers else Truth.NO

    return test


def contains_text(text: str) -> Test:
    """Whether a string contains a text; a known piece of a template may decide that it does, never that it does not."""

    def test(value: Value) -> Truth:
        if isinstance(value, Known):
            return truth(isinstance(value.value, str) and text in value.value)
        if isinstance(value, Unknown):
            return Truth.YES if any(text in literal for literal in value.literals) else Truth.CANNOT_TELL
        return Truth.NO

    return test


def number(value: Value) -> int | Decimal | None:
    """The number that a value is or, written as a string, stands for."""
    if not isinstance(value, Known) or isinstance(value.value, bool):
        return None
    return to_number(value.value) if isinstance(value.value, str) else value.value


def to_number(text: str) -> int | Decimal | None:
    """The number that Terraform reads in a string, None where it reads none."""
    if len(text) > LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        return None
    try:
        found = Decimal(text)
        if abs(found.adjusted()) > LONGEST_NUMBER:
            return None
        return int(found) if found == found.to_integral_value() else found
    except InvalidOperation:
        return None


_NUMBER = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


def bounded(limit: int | Decimal, *, below: bool) -> Test:
    """Whether a number is at most (below) or at least a limit. What is no number is somebody else's finding."""

    def test(value: Value) -> Truth:
        found = number(value)
        if found is None:
            return Truth.CANNOT_TELL
        return truth(found <= limit if below else found >= limit)

    return test


def string_test(check: Callable[[str], bool]) -> Test:
    """A test of known strings (and of numbers and booleans as Terraform would write them)."""

    def test(value: Value) -> Truth:
        if isinstance(value, Known):
            return truth(check(text_of(value.value)))
        return Truth.CANNOT_TELL if isinstance(value, Unknown) else Truth.NO

    return test


def text_of(value: Scalar) -> str:
    """A primitive converted to a string as Terraform does."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def full_match(pattern: str) -> Test:
    """Whether a string matches a regular expression from its beginning to its end."""
    compiled = re.compile(pattern)
    return string_test(lambda text: compiled.fullmatch(text) is not None)


def same_value(left: Value, right: Value, depth: int = 0) -> Truth:
    """Whether two values are equal: references to one thing are, a reference and anything else cannot be told.

    `depth` tells how many lists they stand in.
    """
    if isinstance(left, Known) and isinstance(right, Known):
        return truth(same_scalar(left.value, right.value))
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return _same_unknown(left, right)
    if isinstance(left, ListValue) and isinstance(right, ListValue):
        return _same_lists(left, right, depth) if depth < _DEEPEST else Truth.CANNOT_TELL
    if isinstance(left, ObjectValue) or isinstance(right, ObjectValue):
        return Truth.CANNOT_TELL
    return truth(isinstance(left, Null) and isinstance(right, Null))


def _same_unknown(left: Value, right: Value) -> Truth:
    if isinstance(left, Unknown) and isinstance(right, Unknown):
        return Truth.YES if left.identity is not None and left.identity == right.identity else Truth.CANNOT_TELL
    unknown, other = (left, right) if isinstance(left, Unknown) else (right, left)
    if isinstance(unknown, Unknown) and isinstance(other, Known):
        return _template_equals(unknown, other.value)
    return Truth.CANNOT_TELL


def _same_lists(left: ListValue, right: ListValue, depth: int) -> Truth:
    if left.open or right.open or "set" in (left.kind, right.kind):
        return Truth.CANNOT_TELL
    if len(left.items) != len(right.items):
        return Truth.NO
    answers = {same_value(one, other, depth + 1) for one, other in zip(left.items, right.items, strict=True)}
    if Truth.NO in answers:
        return Truth.NO
    return Truth.CANNOT_TELL if Truth.CANNOT_TELL in answers else Truth.YES
