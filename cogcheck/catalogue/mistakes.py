"""Mistakes in a file of rules: what its conditions ask that cannot be asked, each with its path in the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal, TypeAlias

from cogcheck.catalogue.configured import EACH
from cogcheck.catalogue.display import hint, listing, quote
from cogcheck.catalogue.paths import FROM_RESOURCE, REGION
from cogcheck.catalogue.regex import danger
from cogcheck.catalogue.related import THIS
from cogcheck.catalogue.shapes import ArgumentShape, BlockShape
from cogcheck.record import dataclass
from cogcheck.schema import Violation

Path: TypeAlias = tuple[str | int, ...]
_Check: TypeAlias = Callable[["Conditions", Any, Path], Iterator[Violation]]

_SEGMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_:/@+=-]*")
_PLACE = re.compile(r"<([a-z_^@][A-Za-z0-9_.^-]*)>")
_FREE_PLACES = ("offender", "block")


_Kind: TypeAlias = Literal["true or false", "a number", "a list", "a value"] | None
"""What an option has to be where it stands; None for anything."""


def _is_of_kind(value: Any, kind: _Kind) -> bool:
    if kind is None:
        return True
    if isinstance(value, bool):
        return kind in ("true or false", "a value")
    if isinstance(value, list):
        return kind == "a list"
    return kind == "a value" or (kind == "a number" and isinstance(value, int | float))


def _told(path: Path, message: str, *, on_key: bool = False) -> Violation:
    return Violation(path, on_key, message)


@dataclass(frozen=True, slots=True)
class Conditions:
    """Checks the conditions of one rule. `root` and `here` are shapes: of the resource and of the block at `at`.

    `this` is the check of the judged resource where a condition is about another one.
    """

    shapes: Mapping[str, BlockShape]
    options: Mapping[str, Any]
    root: BlockShape | None = None
    here: BlockShape | None = None
    this: Conditions | None = None
    each: bool = False

    def condition(self, raw: Any, at: Path) -> Iterator[Violation]:
        """The mistakes in a condition."""
        if not isinstance(raw, Mapping) or not raw:
            yield _told(at, "a condition is a word with what it asks, such as {present: name}")
            return
        word, content = next(iter(raw.items()))
        if len(raw) > 1:
            second = list(raw)[1]
            yield _told(
                (*at, second), "a condition has one word: join several by all: [...] or any: [...]", on_key=True
            )
        check = _WORDS.get(word)
        if check is None:
            meant = hint(word, _WORDS) or f": there are {', '.join(_WORDS)}"
            yield _told((*at, word), f"there is no condition {word}{meant}", on_key=True)
        else:
            yield from check(self, content, (*at, word))

    def path(self, raw: Any, at: Path, *, on_key: bool = False) -> Iterator[Violation]:
        """The mistakes in a path of arguments."""
        if not isinstance(raw, str):
            yield _told(at, "this has to be the path of an argument", on_key=on_key)
        elif raw.startswith(f"{THIS}."):
            if self.this is None:
                yield _told(at, f"{THIS} only means something in a condition about another resource", on_key=on_key)
            else:
                yield from self.this.path(raw.removeprefix(f"{THIS}."), at, on_key=on_key)
        elif raw == EACH:
            if not self.each:
                yield _told(at, f"{EACH} only means something in a rule with each: [...]", on_key=on_key)
        elif raw != REGION:
            shape = self.root if raw.startswith(FROM_RESOURCE) else self.here
            message = _path_mistake(raw.removeprefix(FROM_RESOURCE).split("."), shape)
            if message is not None:
                yield _told(at, message, on_key=on_key)

    def option(self, raw: Any, at: Path, kind: _Kind) -> Iterator[Violation]:
        """The mistake of naming an option that the rule does not have, or one of another kind."""
        if isinstance(raw, Mapping) and len(raw) == 1 and "option" in raw:
            raw = raw["option"]
        if not isinstance(raw, str) or raw not in self.options:
            meant = hint(str(raw), self.options) or ": add it with its default to options: {...}"
            yield _told(at, f"the rule has no option {raw}{meant}")
        elif not _is_of_kind(self.options[raw], kind):
            yield _told(at, f"the option {raw} stands for {kind} here, so its default has to be one")

    def argument(self, path: Any) -> ArgumentShape | None:
        """The shape of the argument at a path, where there is one."""
        if not isinstance(path, str) or path.startswith("@"):
            return None
        shape = self.root if path.startswith(FROM_RESOURCE) else self.here
        *types, name = path.removeprefix(FROM_RESOURCE).split(".")
        for type_ in types:
            shape = shape.blocks.get(type_) if shape is not None else None
        return shape.arguments.get(name) if shape is not None else None

    def about(self, type_: str) -> Conditions:
        """The check of a condition about another resource."""
        shape = self.shapes.get(type_)
        return replace(self, root=shape, here=shape, this=self.this or self)


def _path_mistake(names: list[str], shape: BlockShape | None) -> str | None:
    odd = next((name for name in names if not _SEGMENT.fullmatch(name)), None)
    if odd is not None:
        return f"{quote(odd)} cannot be the name of an argument"
    where = ""
    for depth, name in enumerate(names):
        if shape is None or name in shape.arguments:
            return None
        if name not in shape.blocks:
            known = [*shape.arguments, *shape.blocks]
            meant = hint(name, known)
            return f"there is no argument {name}{where}{meant}"
        shape, where = shape.blocks[name], f" in {'.'.join(names[: depth + 1])}"
    return None


def block_mistake(names: Iterable[str], shape: BlockShape | None) -> str | None:
    """What is wrong with the block types of `at`."""
    for name in names:
        if shape is None:
            return None
        if name not in shape.blocks:
            return f"there is no block {name}{hint(name, shape.blocks)}"
        shape = shape.blocks[name]
    return None


def places_in_text(text: str, check: Conditions, at: Path) -> Iterator[Violation]:
    """The mistakes in the `<places>` of a message."""
    for name in _PLACE.findall(text):
        if name.startswith("options."):
            yield from check.option(name.removeprefix("options."), at, None)
        elif name not in _FREE_PLACES and check.here is not None:
            yield from check.path(name, at)


def _conditions(check: Conditions, content: Any, at: Path) -> Iterator[Violation]:
    if not isinstance(content, list) or not content:
        yield _told(at, "this takes a list of conditions: [{...}, {...}]")
        return
    for index, part in enumerate(content):
        yield from check.condition(part, (*at, index))


def _paths(check: Conditions, content: Any, at: Path) -> Iterator[Violation]:
    if not isinstance(content, list):
        yield from check.path(content, at)
        return
    for index, path in enumerate(content):
        yield from check.path(path, (*at, index))


def _same(check: Conditions, content: Any, at: Path) -> Iterator[Violation]:
    if not isinstance(content, list) or len(content) != 2:
        yield _told(at, "this compares two paths: [one, other]")
    else:
        yield from _paths(check, content, at)


def _by_path(judge: _Check) -> _Check:
    """A word that asks something of each of some paths."""

    def by_path(check: Conditions, content: Any, at: Path) -> Iterator[Violation]:
        if not isinstance(content, Mapping) or not content:
            yield _told(at, f"this takes paths with what is asked of each: {at[-1]}: {{name: ...}}")
            return
        for path, asked in content.items():
            yield from check.path(path, (*at, path), on_key=True)
            yield from judge(check, asked, (*at, path))

    return by_path


def _literal(check: Conditions, content: Any, at: Path) -> Iterator[Violation]:
    if isinstance(content, Mapping):
        yield from check.option(content, at, "a value")
    elif isinstance(content, list) or content is None:
        yield _told(at, "this has to be a text, a number, true or false")
    else:
        yield from _no_path(content, at)
        yield from _never_equal(check, content, at)


def _no_path(content: Any, at: Path) -> Iterator[Violation]:
    """What looks like the path of another block is compared as the text that it is."""
    if isinstance(content, str) and content.startswith("@this."):
        yield _told(at, "this is compared as a text; two paths are compared with same: [one, other]")


def _never_equal(check: Conditions, content: Any, at: Path) -> Iterator[Violation]:
    argument = check.argument(next((part for part in reversed(at) if isinstance(part, str)), None))
    facts = (argument.facts.get("one_of") or argument.items.get("one_of")) if argument is not None else None
    if not facts or facts[0].value["grows"]:
        return
    allowed = [str(value) for value in facts[0].value["values"]]
    if str(content) not in allowed:
        meant = hint(str(content), allowed)
        yield _told(at, f"the value can never be {content}: it is {listing(allowed)}{meant}")


def _literals(check: Conditions, content: Any, at: Path) -> Iterator[Violation]:
    if isinstance(content, Mapping):
        yield from check.option(content, at, "a list")
    elif not isinstance(content, list) or not content:
        yield _told(at, "this takes a list of values: [one, other]")
    else:
        for index, item in enumerate(content):
            yield from _literal(check, item, (*at, index))


def _text(check: Conditions, content: Any, at: Path) -> Iterator[Violation]:
    if isinstance(content, Mapping):
        yield from check.option(content, at, "a value")
    elif isinstance(content, list) or content is None:
        yield _told(at, "this has to be a text, a number, true or false")
    else:
        yield from _no_path(content, at)


def _bound(check: Conditions, content: Any, at: Path) -> Iterator[Violation]:
    if isinstance(content, Mapping) and "option" in content:
        yield from check.option(content, at, "a number")
    elif isinstance(content, Mapping) and set(content) == {"path"}:
        yield from check.path(content["path"], (*at, "path"))
    elif isinstance(content, Mapping) and set(content) == {"number", "default"}:
        yield from _bound(check, content["number"], (*at, "number"))
    elif isinstance(content, bool) or not isinstance(content, int | float):
        yield _told(at, "this has to be a number, {option: ...}, {path: ...} or {number: ..., default: ...}")


def _regex(check: Conditions, content: Any, at: Path) -> Iterator[Violation]:
    if not isinstance(content, str):
        yield _told(at, "this has to be a regular expression, in quotes")
    elif (reason := danger(content)) is not None:
        yield _told(at, f"{quote(content)}: {reason}")


def _known(kind: str, names: Callable[[], Iterable[str]]) -> _Check:
    """A name out of those that cogcheck knows."""

    def known(check: Conditions, content: Any, at: Path) -> Iterator[Violation]:
        found = sorted(names())
        if content not in found:
            meant = hint(str(content), found) or f": there are {', '.join(found)}"
            yield _told(at, f"there is no {kind} {content}{meant}")

    return known


def _formats() -> Iterable[str]:
    from cogcheck.catalogue.special import FORMATS

    return FORMATS


def _predicates() -> Iterable[str]:
    from cogcheck.catalogue.special import NAMED

    return NAMED


def _numbers_of_paths() -> Mapping[str, int]:
    from cogcheck.catalogue.special import PATHS

    return PATHS


def _is(check: Conditions, content: Any, at: Path) -> Iterator[Violation]:
    name = content if isinstance(content, str) else next(iter(content), None) if isinstance(content, Mapping) else None
    yield from _known("predicate", _predicates)(check, name, at)
    paths: Any = []
    if isinstance(content, Mapping) and name is not None:
        paths = content[name]
        yield from _paths(check, paths, (*at, name))
    wanted = _numbers_of_paths().get(str(name))
    given = len(paths) if isinstance(paths, list) else 1
    if wanted not in (None, given):
        yield _told(at, f"{name} takes {wanted} path{'s' if wanted != 1 else ''}, not {given}")


def _within(check: Conditions, content: Any, at: Path) -> Iterator[Violation]:
    yield from check.path(content, at)


def _target_of(check: Conditions, content: Any, at: Path) -> Iterator[Violation]:
    if isinstance(content, Mapping):
        yield from check.path(content.get("path"), (*at, "path"))
        return
    for target in content if isinstance(content, list) else [content]:
        if not isinstance(target, str):
            yield _told(at, "this takes resource types, such as aws_lambda_alias or aws_lambda_function.arn")
        elif target == THIS and check.this is None:
            yield _told(at, f"{THIS} only means something in a condition about another resource")


def _about(check: Conditions, content: Any, at: Path) -> Iterator[Violation]:
    if not isinstance(content, Mapping) or len(content) != 1:
        yield _told(at, "this takes one resource type with a condition: {aws_iam_role: {...}}")
        return
    ((type_, inner),) = content.items()
    yield from check.about(str(type_)).condition(inner, (*at, type_))


def _exists(check: Conditions, content: Any, at: Path) -> Iterator[Violation]:
    if not isinstance(content, str):
        yield from _about(check, content, at)


_WORDS: Mapping[str, _Check] = {
    "all": _conditions,
    "any": _conditions,
    "not": lambda check, content, at: check.condition(content, at),
    "present": _paths,
    "absent": _paths,
    "equals": _by_path(_literal),
    "one_of": _by_path(_literals),
    "contains": _by_path(_text),
    "at_least": _by_path(_bound),
    "at_most": _by_path(_bound),
    "matches": _by_path(_regex),
    "is_a": _by_path(_known("format", _formats)),
    "within": _by_path(_within),
    "only": _by_path(_literals),
    "same": _same,
    "unique": lambda check, content, at: check.path(content, at),
    "is": _is,
    "refers_to": _by_path(_target_of),
    "target": _by_path(_about),
    "exists": _exists,
    "option": lambda check, content, at: check.option(content, at, "true or false"),
}
