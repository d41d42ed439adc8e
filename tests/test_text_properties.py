"""Whatever a file holds, the report stays readable: no control characters, no traceback, underlines in place."""

from __future__ import annotations

import unicodedata

from hypothesis import example, given, settings
from hypothesis import strategies as st

from cogcheck import decode
from cogcheck.gitignore import excluding
from cogcheck.model import Document, Problem, Span, Step
from cogcheck.report import Finding, Report
from cogcheck.reporters import View, reporter
from cogcheck.reporters.frame import show
from cogcheck.reporters.screen import visible, width

CHARACTERS = st.text(st.one_of(st.characters(), st.sampled_from("\t\r\n\x1b\u202e日é\u0301\ud800 {}")), max_size=300)


@settings(deadline=None)
@given(CHARACTERS)
def test_nothing_shown_controls_the_terminal(text: str) -> None:
    shown = visible(text)
    assert not [char for char in shown if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")]


@settings(deadline=None)
@given(CHARACTERS, st.integers(0, 300), st.integers(0, 300), st.integers(20, 100))
def test_a_line_fits_and_its_underline_begins_below_the_place(text: str, start: int, length: int, room: int) -> None:
    line = text.replace("\n", "")
    start = min(start, len(line))
    end = min(start + length, len(line))
    shown = show(line, [(start, end)], room)
    assert width(shown.text) <= room
    ((first, last),) = shown.columns
    assert 0 <= first <= last <= width(shown.text)


@settings(deadline=None)
@given(CHARACTERS, CHARACTERS, st.integers(0, 300), st.integers(0, 300), st.integers(0, 200))
def test_every_place_can_be_reported(text: str, message: str, first: int, second: int, columns: int) -> None:
    document = Document("main.tf", text)
    places = sorted((min(first, len(text)), min(second, len(text))))
    span, end = Span(document, *places), Span(document, len(text), len(text))
    finding = Finding("COG1", "x", "error", message, span, message, (Step(message, end),), (message,))
    for form in ("text", "json"):
        out = reporter(form)(Report((finding,)), View(columns=columns))
        assert out.endswith("\n")
        assert all(char == "\n" or unicodedata.category(char) not in ("Cc", "Cs") for char in out)


@settings(deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["hcl", "tfjson", "plan", "manifest", "other"]))
def test_bytes_are_a_document_or_a_problem(data: bytes, kind: str) -> None:
    result = decode.decode(data, "x", kind)  # type: ignore[arg-type] # one of the kinds
    if isinstance(result, Problem):
        assert 0 <= result.span.start <= result.span.end <= len(result.span.document.text)
        assert result.span.first >= (1, 1)
    else:
        assert "\0" not in result.text


@settings(deadline=None)
@given(st.lists(CHARACTERS, max_size=5), st.text(max_size=50))
@example(["\ud800"], "a")  # Windows has such names
def test_no_pattern_breaks_the_discovery(patterns: list[str], path: str) -> None:
    assert excluding("/base", patterns).exclude(f"/base/{path}", directory=False) in (True, False)
