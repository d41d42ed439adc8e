"""JSON with the place of every key and value, read tolerantly and without recursion; contents alone read fast."""

from __future__ import annotations

import json
import re

from cogcheck.model import Document, Problem, Span
from cogcheck.syntax.json_faults import decoder_fault, surplus
from cogcheck.syntax.json_scanner import clean, number, scan
from cogcheck.syntax.json_tree import MAX_DEPTH, Node


def parse(document: Document) -> tuple[Node | None, tuple[Problem, ...]]:
    """The document's tree, as far as it can be read, and what is wrong with it.

    Comments, trailing and missing commas are reported and read over; everything else ends the reading there, and what
    was still open is marked as not complete.
    """
    node, end, faults = scan(document.text, 0)
    problems = [fault.problem(document) for fault in faults]
    rest = _after_blanks(document.text, end)
    if not any(fault.fatal for fault in faults) and rest < len(document.text):
        problems.append(surplus(document.text, rest).problem(document))
    return node, tuple(problems)


def load(document: Document) -> tuple[object, Problem | None]:
    """The contents alone, without places, at the speed of C; None and the problem where it is no JSON.

    Numbers are `int` or `Decimal`; of a key that occurs several times the last counts.
    """
    try:
        contents = _DECODER.decode(document.text)
        return (_cleaned(contents) if _HALF.search(document.text) else contents), None
    except RecursionError:
        message = f"The JSON is nested deeper than {MAX_DEPTH} levels"
        return None, Problem("broken-json", message, Span(document, 0, 1))
    except json.JSONDecodeError as error:
        return None, decoder_fault(document.text, error.pos, error.msg).problem(document)
    except ValueError as error:  # of a number
        message = f"The JSON cannot be read: {error}"
        return None, Problem("broken-json", message, Span(document, 0, 1))


class Places:
    """Finds the places of values in a valid document by their path; only what is asked for is looked at.

    A step down decodes the siblings at C's speed to learn where they end. Paths hold keys and indexes.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._children: dict[tuple[str | int, ...], dict[str | int, tuple[int, int, int]]] = {}

    def node(self, path: tuple[str | int, ...]) -> Node | None:
        """The value at a path with the places of all that is in it; None where there is none."""
        start = self._start(path)
        return None if start is None else scan(self._document.text, start)[0]

    def key(self, path: tuple[str | int, ...]) -> Span | None:
        """The place of the key that a path ends in; of the value, where that is an item of a list."""
        found = self._child(path)
        return None if found is None else Span(self._document, found[0], found[1])

    def _start(self, path: tuple[str | int, ...]) -> int | None:
        if not path:
            return _after_blanks(self._document.text, 0)
        found = self._child(path)
        return None if found is None else found[2]

    def _child(self, path: tuple[str | int, ...]) -> tuple[int, int, int] | None:
        parent = path[:-1]
        if parent not in self._children:
            start = self._start(parent)
            if start is None:
                return None
            self._children[parent] = _children(self._document.text, start)
        return self._children[parent].get(path[-1])


def _children(text: str, start: int) -> dict[str | int, tuple[int, int, int]]:
    """Key or index of each child of the value at `start`, with start and end of the key, and start of the value."""
    found: dict[str | int, tuple[int, int, int]] = {}
    at = _after_blanks(text, start + 1)
    try:
        if text[start] == "[":
            while text[at] != "]":
                end = _DECODER.raw_decode(text, at)[1]
                found[len(found)] = at, end, at
                at = _after_comma(text, end)
        elif text[start] == "{":
            while text[at] != "}":
                key, end = _DECODER.raw_decode(text, at)
                value = _after_blanks(text, _after_blanks(text, end) + 1)
                found[clean(str(key))] = at, end, value
                at = _after_comma(text, _DECODER.raw_decode(text, value)[1])
    except (ValueError, IndexError, RecursionError):
        # The document was valid as a whole, so this is only nesting at the edge of what can be decoded.
        return found
    return found


def _after_comma(text: str, at: int) -> int:
    at = _after_blanks(text, at)
    return _after_blanks(text, at + 1) if text[at] == "," else at


def _after_blanks(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found is not None else at


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    return {clean(key): _cleaned(item) for key, item in value.items()} if isinstance(value, dict) else value


def _constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON number")


_BLANK = re.compile(r"[ \t\r\n]*")
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_DECODER = json.JSONDecoder(parse_int=number, parse_float=number, parse_constant=_constant)
