"""Changes inputs in ways that keep most of their structure: what is all broken is refused before it comes far."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from copy import deepcopy
from random import Random
from typing import Any, TypeAlias

from cogcheck.catalogue.load import catalogue
from cogcheck.terraform import functions

_Change: TypeAlias = "Callable[[bytes, Random, Sequence[bytes]], bytes]"
_TOKEN = re.compile(rb"\w+|[ \t]+|.", re.DOTALL)
_NUMBER = re.compile(rb"\d+")
_PAIRS = {b"(": b")", b"[": b"]", b"{": b"}"}
_LONGEST_REGION = 2_000
_REPEATS = (2, 2, 2, 3, 3, 40, 40, 1_000)
"""What takes long if it is done for each part with each other shows up with many parts."""
_SIGNS = (
    b"\xef\xbb\xbf", b"\0", b"\r", b"\r\n", b"\n\n", b"\t", b"\xff", b"\xc3\xa9", b"e\xcc\x81", b"\xf0\x9f\x98\x80",
    b"\xe2\x80\xa8", b"\xed\xa0\x80", b"\\u0000", b"\\ud800", b"\\uD83D\\uDE00", b"\\U0010FFFF", b"\\n", b"\\", b'"',
    b"${", b"%{", b"~}", b"$${", b"%%{", b"}", b"{", b"[", b"]", b"(", b")", b"[*]", b".*.", b".0.", b"...", b"=>",
    b":", b"::", b"!", b"-", b"&&", b"||", b"==", b">=", b"<<E\n", b"<<-E\n", b"\nE\n", b"#", b"//", b"/*", b"*/", b"=",
    b"?", b",", b"0", b"-0", b"1e999999", b"1e-999999", b"0.1", b"9" * 30, b"9" * 5000, b"1.", b"0x1F", b"null",
    b"true", b'"${x}"', b"[{}]", b"{####}", b"{username}", b"*", b"&a", b"*a", b"!!str", b"- ", b"? ", b"|\n", b"'",
    b"~", b"^", b"$", b"((", b"**/", b"[!a-z]", b"..", b"../", b"/", b"\\\\", b"[a.b]", b"[[a]]", b'"""',
    b"1979-05-27T07:32:00Z",
)  # fmt: skip
_WORDS = (
    "resource data module variable output locals provider terraform import moved removed dynamic content for_each "
    "count each.key each.value count.index self path.module terraform.workspace lifecycle ignore_changes depends_on "
    "iterator labels source version required_providers default type nullable sensitive optional string number bool any "
    "list map set tuple object for in if else endif endfor var.a local.a module.a data.a.b aws_cognito_user_pool "
    "planned_values root_module child_modules resources values address mode name index resource_changes change actions "
    "before after after_unknown before_sensitive replace_paths configuration expressions references constant_value "
    "format_version provider_config stacks annotations synthesizedStackPath constructPath // cogcheck ignore reason "
    "select exclude severity when must all any not present absent equals one_of contains at_least at_most within same "
    "unique only is_a matches at each point message help bad good fingerprint findings"
)


def words() -> tuple[bytes, ...]:
    """Everything that has a meaning somewhere."""
    names = {argument for shape in catalogue().shapes.values() for argument in _arguments(shape.root)}
    return (*_SIGNS, *(word.encode() for word in (*_WORDS.split(), *functions.TOPICS, *sorted(names))))


class Mutator:
    """Changes inputs, given others of the same kind to take pieces from."""

    def __init__(self, seeds: Sequence[bytes]) -> None:
        self._seeds = seeds
        self._words = words()
        self._trees = [tree for tree in map(_tree, seeds) if tree is not None]

    def __call__(self, data: bytes, most: int, random: Random) -> bytes:
        """The input changed in one to four ways, and cut where it grows too long."""
        for _ in range(random.choice((1, 1, 2, 4))):
            tree = _tree(data) if random.random() < 0.8 else None
            if isinstance(tree, dict | list) and self._trees:
                data = _dumped(self._changed(tree, random), random)
            else:
                data = random.choice(_CHANGES)(data, random, self._seeds if random.random() < 0.5 else self._words)
        return data[:most]

    def _changed(self, tree: Any, random: Random) -> Any:
        """The tree with one node replaced, doubled, wrapped, or gone."""
        places = list(_places(tree))
        if not places:
            return tree
        above, key = random.choice(places)
        match random.randrange(6):
            case 0:
                above[key] = _piece(random.choice(self._trees), random)
            case 1:
                above[key] = deepcopy(random.choice(_LEAVES))
            case 2:
                above[key] = random.choice(([above[key]], [above[key], deepcopy(above[key])], {"a": above[key]}))
            case 3:
                del above[key]
            case 4 if isinstance(above, dict):
                above[random.choice(self._words).decode("utf-8", "replace")] = deepcopy(above[key])
            case _:
                if isinstance(above[key], str):
                    text = _replaced(above[key].encode("utf-8", "surrogatepass"), random, self._words)
                    above[key] = text.decode("utf-8", "replace")
                else:
                    above[key] = random.choice(self._words).decode("utf-8", "replace")
        return tree


_LEAVES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 1e300, 10**400, "", "${", "%{ if x }", "\ud800", "\0", "a" * 3000, [], {}, [[]],
    [None], {"": None}, "${var.x}", "../../x", "{####}", {"//": {"cogcheck": {"ignore": ["all", 1]}}},
)  # fmt: skip


def smaller(data: bytes, fails: Callable[[bytes], bool], tries: int = 500) -> bytes:
    """What is left of an input if what it does not need to fail is left out, as far as so many tries tell."""
    parts = _TOKEN.findall(data)
    size = len(parts)
    while size:
        at = 0
        while at < len(parts) and tries:
            left = [*parts[:at], *parts[at + size :]]
            tries -= 1
            if fails(b"".join(left)):
                parts = left
            else:
                at += size
        size //= 2
    return b"".join(parts)


def _arguments(block: Any) -> set[str]:
    return {*block.arguments, *block.blocks}.union(*map(_arguments, block.blocks.values()))


def _tree(data: bytes) -> Any:
    try:
        return json.loads(data) if data[:1] in b"{[" else None
    except (ValueError, RecursionError):
        return None


def _dumped(tree: Any, random: Random) -> bytes:
    text = json.dumps(tree, ensure_ascii=random.random() < 0.5, indent=random.choice((None, 1)))
    return text.encode("utf-8", "surrogatepass")


def _places(tree: Any) -> list[tuple[Any, Any]]:
    """All nodes of a tree, as what holds them and the key there."""
    found: list[tuple[Any, Any]] = []
    pending = [tree]
    while pending:
        node = pending.pop()
        keys = list(node) if isinstance(node, dict) else range(len(node))
        found.extend((node, key) for key in keys)
        pending.extend(node[key] for key in keys if isinstance(node[key], dict | list))
    return found


def _piece(tree: Any, random: Random) -> Any:
    """A copy of a part of a tree."""
    places = _places(tree) if isinstance(tree, dict | list) else []
    above, key = random.choice(places) if places else ([tree], 0)
    return deepcopy(above[key])


def _range(data: bytes, random: Random) -> tuple[int, int]:
    """A few tokens, or a few lines."""
    starts = [match.start() for match in (_TOKEN if random.random() < 0.6 else _LINE).finditer(data)] or [0]
    first = random.randrange(len(starts))
    last = first + random.choice((1, 1, 1, 2, 3, 8))
    return starts[first], starts[last] if last < len(starts) else len(data)


_LINE = re.compile(rb"[^\n]*\n?")


def _given(random: Random, others: Sequence[bytes]) -> bytes:
    other = random.choice(others)
    start, end = _range(other, random) if len(other) > 40 else (0, len(other))
    return other[start:end]


def _replaced(data: bytes, random: Random, others: Sequence[bytes]) -> bytes:
    start, end = _range(data, random)
    return data[:start] + _given(random, others) + data[end:]


def _inserted(data: bytes, random: Random, others: Sequence[bytes]) -> bytes:
    start, _ = _range(data, random)
    return data[:start] + _given(random, others) + data[start:]


def _dropped(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    start, end = _range(data, random)
    return data[:start] + data[end:]


def _repeated(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    start, end = _range(data, random)
    return data[:start] + data[start:end] * random.choice(_REPEATS) + data[end:]


def _swapped(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    first, second = sorted((_range(data, random), _range(data, random)))
    if first[1] > second[0]:
        return data
    one, other = data[slice(*first)], data[slice(*second)]
    return data[: first[0]] + other + data[first[1] : second[0]] + one + data[second[1] :]


def _wrapped(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    start, end = _range(data, random)
    before, after = random.choice(_WRAPPERS)
    return data[:start] + before + data[start:end] + after + data[end:]


_WRAPPERS = (
    (b"(", b")"),
    (b"[", b"]"),
    (b"{ a = ", b" }"),
    (b'"${', b'}"'),
    (b'"', b'"'),
    (b"try(", b", null)"),
    (b"[for k, v in ", b" : v]"),
    (b"{for k, v in ", b" : k => v...}"),
    (b"a {\n", b"\n}\n"),
    (b'dynamic "schema" {\nfor_each = ', b"\ncontent {\n}\n}\n"),
    (b"<<-E\n", b"\nE\n"),
    (b"/* ", b" */"),
    (b"jsondecode(jsonencode(", b"))"),
)


def _renumbered(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    found = list(_NUMBER.finditer(data))
    if not found:
        return data
    match = random.choice(found)
    number = random.choice((b"0", b"-1", b"1024", b"1e9", b"1e-400", b"99999999999999999999", b"0.5", b"1e99999"))
    return data[: match.start()] + number + data[match.end() :]


def _spliced(data: bytes, random: Random, others: Sequence[bytes]) -> bytes:
    """One bracketed region replaced by another, brackets included."""
    here, other = _region(data, random), random.choice(others)
    there = _region(other, random)
    if here is None or there is None:
        return _replaced(data, random, others)
    return data[: here[0]] + other[slice(*there)] + data[here[1] :]


def _region(data: bytes, random: Random) -> tuple[int, int] | None:
    starts = [at for at in range(len(data)) if data[at : at + 1] in _PAIRS]
    if not starts:
        return None
    start = random.choice(starts)
    opening = data[start : start + 1]
    depth = 0
    for at in range(start, min(len(data), start + _LONGEST_REGION)):
        depth += (data[at : at + 1] == opening) - (data[at : at + 1] == _PAIRS[opening])
        if depth == 0:
            return start, at + 1
    return None


_CHANGES: tuple[_Change, ...] = (
    _replaced,
    _replaced,
    _inserted,
    _inserted,
    _dropped,
    _repeated,
    _swapped,
    _wrapped,
    _renumbered,
    _spliced,
    _spliced,
)
