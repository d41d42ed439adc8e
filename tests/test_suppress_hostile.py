"""Ignores and configurations that nobody would write: no crash, no long wait, nothing suppressed by accident."""

from __future__ import annotations

import json
import time
from contextlib import suppress as suppress_errors

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import TYPE

from cogcheck.catalogue.load import catalogue
from cogcheck.config import ConfigError, read, toml
from cogcheck.ignore_index import IgnoreIndex, ignores_of
from cogcheck.ignores import Ignore, last_line
from cogcheck.ignores_json import in_json
from cogcheck.model import Document, Span
from cogcheck.options import Options
from cogcheck.suppress import suppress
from cogcheck.syntax import hcl, tfjson

PIECES = st.sampled_from(
    [
        "cogcheck:",
        "ignore",
        "-file",
        "=",
        " ",
        ",",
        "all",
        "COG1006",
        "--",
        "\n",
        "#",
        "//",
        "/*",
        "*/",
        "{",
        "}",
        "x",
        '"',
        "😀",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["all", "COG1006", "${x}"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["//", "cogcheck", "ignore", "reason", "tags", "schema", "dynamic"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_comments(text: str) -> None:
    file = hcl.parse(Document("main.tf", f"x = 1 # {text}\n{text}\n"))
    outcome = suppress([], [ignores_of(file, catalogue().shapes)], catalogue(), Options(require_reason=True))
    assert all(problem.span.document is file.document for problem in outcome.problems)
    assert all(problem.span.start <= problem.span.end <= len(file.document.text) for problem in outcome.problems)


@settings(max_examples=200, deadline=None)
@given(JSON, JSON)
def test_keys(inner: object, outer: object) -> None:
    pool = {"//": inner, "schema": outer, "dynamic": {"schema": inner}, "tags": outer}
    text = json.dumps({"//": outer, "resource": {TYPE: {"a": pool, "b": outer}}, "cogcheck": 1})
    file = tfjson.parse(Document("main.tf.json", text, "tfjson"))
    suppress([], [ignores_of(file, catalogue().shapes)], catalogue(), Options(require_reason=True))


@pytest.mark.parametrize(
    "comment",
    [
        "# " + "cogcheck:ignore=" * 20_000,
        "# cogcheck:ignore=" + "x," * 100_000,
        "# cogcheck:ignore=" + " " * 200_000 + "x",
        "# cogcheck:" + "\t" * 200_000,
        "# cogcheck:ignore=a" + " --" * 100_000,
        "/* " + "cogcheck:ignore=all\n" * 20_000 + "*/",
        "# cogcheck:ignore=a\n" * 5_000,
        f"# {'cogcheck:ignore=all ' * 3_000}\na {{ # {'cogcheck:ignore=all ' * 3_000}\n}}",
        "# " + "cogcheck:ignore=a, b " * 3_000,
    ],
    ids=["repeated", "names", "blanks", "tabs", "dashes", "lines", "comments", "block", "names again"],
)
def test_long_comments_take_no_long_time(comment: str) -> None:
    file = hcl.parse(Document("main.tf", f"{comment}\nx = 1\n"))
    start = time.process_time()
    suppress([], [ignores_of(file, catalogue().shapes)], catalogue(), Options())
    assert time.process_time() - start < 10


def test_deep_json_is_no_recursion() -> None:
    deep = '{"//": ' * 50_000 + "1" + "}" * 50_000
    text = f'{{"resource": {{"{TYPE}": {{"a": {{"//": {{"cogcheck": {deep}}}, "schema": {deep}}}}}}}}}'
    file = tfjson.parse(Document("main.tf.json", text, "tfjson"))
    assert len(list(in_json(file, catalogue().shapes))) <= 1


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["select", "severity", "exclude", "baseline", "var-files", "x"]), JSON, max_size=4)
)
def test_configurations(tmp_path_factory: pytest.TempPathFactory, values: dict[str, object]) -> None:
    file = tmp_path_factory.getbasetemp() / ".cogcheck.toml"
    file.write_text("".join(f"{key} = {toml(value)}\n" for key, value in values.items()), encoding="utf-8")
    with suppress_errors(ConfigError):
        assert read(str(file)).values.keys() == values.keys()


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_configurations_of_any_bytes(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / ".cogcheck.toml"
    file.write_bytes(data)
    with suppress_errors(ConfigError):
        read(str(file))


AREAS: st.SearchStrategy[list[object]] = st.recursive(
    st.just([]), lambda inner: st.lists(inner, max_size=3), max_leaves=10
)


def nested(shape: list[object], start: int, found: list[tuple[int, int]]) -> int:
    """Lays areas out one behind or within the other; gives the end of the last."""
    for inner in shape:
        begin, number = start, len(found)
        found.append((begin, begin))
        assert isinstance(inner, list)
        start = nested(inner, begin + 1, found) + 1
        found[number] = (begin, start)
    return start


@settings(max_examples=200, deadline=None)
@given(AREAS, st.lists(st.integers(1, 8), max_size=4))
def test_the_index_finds_what_asking_each_would(shape: list[object], lines: list[int]) -> None:
    found: list[tuple[int, int]] = []
    end = nested(shape, 0, found)
    document = Document("main.tf", "ab\n" * (end + 8))
    somewhere = Span(document, 0, 0)
    ignores = [Ignore(somewhere, (), str(area), areas=(area,)) for area in found]
    ignores += [Ignore(somewhere, (), str(line), line=line) for line in lines]
    index = IgnoreIndex(ignores)
    for start in range(end + 2):
        for length in (0, 1, 7):
            span = Span(document, start, start + length)
            first, last = span.first[0], last_line(span)
            expected = [
                ignore.reason
                for ignore in ignores
                if any(begin <= start < stop for begin, stop in ignore.areas)
                or (ignore.line is not None and first <= ignore.line <= last)
            ]
            assert sorted(ignore.reason for ignore in index.at(span)) == sorted(expected)
