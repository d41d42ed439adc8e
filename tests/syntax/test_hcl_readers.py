"""Both readers give the same body, on the table of constructs and on generated configurations."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial

import pytest
from hcl_constructs import INVALID, VALID
from hcl_dump import dump
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cogcheck.model import Document, Span
from cogcheck.syntax.hcl_check import check
from cogcheck.syntax.hcl_python_hcl2 import PythonHcl2Reader
from cogcheck.syntax.hcl_reader import Reader
from cogcheck.syntax.hcl_tree_sitter import TreeSitterReader


def _readers(text: str) -> list[Reader]:
    document = Document("main.tf", text)
    readers: list[Reader] = []
    for reader in (TreeSitterReader, PythonHcl2Reader):
        checked = check(text, plain=reader.plain)
        readers.append(reader(text, checked.text, partial(Span, document), checked.broken))
    return readers


def _agree(text: str) -> None:
    first, second = _readers(text)
    assert first.refused is None
    assert second.refused is None
    assert dump(first.root()) == dump(second.root())


@pytest.mark.parametrize("text", VALID)
def test_valid(text: str) -> None:
    assert check(text).faults == []
    assert check(text, plain=True).faults == []
    _agree(text)


@pytest.mark.parametrize("text", INVALID)
def test_what_is_left_of_invalid(text: str) -> None:
    faults = check(text).faults
    assert faults != []
    assert check(text, plain=True).faults == faults
    _agree(text)


_NAMES = st.sampled_from(["a", "b_1", "c-d", "for_each", "if", "in", "é", "_", "var", "nul", "x"])
_CHARACTERS = st.sampled_from([*"ab {}#/$%~é😀'", "\\n", '\\"', "\\\\", "\\u00e9", "$${", "%%{", "//", "/*", "EOT"])
_TEXT = st.lists(_CHARACTERS, max_size=6).map(lambda pieces: _without_openings("".join(pieces)))


def _without_openings(text: str) -> str:
    """Text in which `${` and `%{` stand escaped only."""
    kept = text.replace("$${", "\0").replace("%%{", "\1").replace("${", "$ {").replace("%{", "% {")
    # A $ or % at the end could escape what follows.
    return kept.replace("\0", "$${").replace("\1", "%%{").rstrip("$%")


def _list_of(items: st.SearchStrategy[str], separator: str) -> st.SearchStrategy[str]:
    return st.lists(items, max_size=3).map(separator.join)


def _sequences(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    open_, close = st.sampled_from(["${", "${~", "${ ", "${~ "]), st.sampled_from(["}", "~}", " }", " ~}"])
    mark = st.sampled_from([("%{ ", " }"), ("%{~ ", " ~}"), ("%{", "~}")])
    return st.one_of(
        st.tuples(open_, inner, close).map("".join),
        st.tuples(mark, inner, _TEXT, _TEXT).map(
            lambda parts: (
                f"{parts[0][0]}if {parts[1]} {parts[0][1]}{parts[2]}{parts[0][0]}else{parts[0][1]}"
                f"{parts[3]}{parts[0][0]}endif{parts[0][1]}"
            )
        ),
        st.tuples(mark, inner, _TEXT).map(
            lambda parts: f"{parts[0][0]}for k, v in {parts[1]} {parts[0][1]}{parts[2]}{parts[0][0]}endfor{parts[0][1]}"
        ),
    )


def _quoted(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(st.one_of(_TEXT, _sequences(inner)), max_size=4).map(lambda parts: '"' + "".join(parts) + '"')


def _heredoc(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    line = st.tuples(st.sampled_from(["", "  ", "    ", "\t"]), st.one_of(_TEXT, _sequences(inner))).map("".join)
    lines = st.lists(line.filter(lambda text: text.strip() != "EOT"), max_size=4)
    return st.tuples(st.sampled_from(["<<", "<<-"]), lines).map(
        lambda parts: "(" + parts[0] + "EOT\n" + "".join(text + "\n" for text in parts[1]) + "  EOT\n)"
    )


def _expressions(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    gap = st.sampled_from(["", " ", " /* , */ "])
    line = st.sampled_from(["", " ", "\n", " # c\n", " // ]\n", "\n #" + " c" * 40 + "\n"])
    key = st.one_of(_NAMES, inner.map(lambda text: f"({text})"))
    break_ = st.sampled_from(["\n", " # c\n", "\n\n\t//" + " c" * 40 + "\n", "\n" + " " * 80])
    operator = st.sampled_from(["+", "-", "*", "/ ", "%", "==", "!=", "<", ">", "<=", ">=", "&&", "||"])
    step = st.one_of(
        _NAMES.map(lambda name: "." + name),
        st.sampled_from([".0[0]", "[*]", "[0]", '["k"]', ".12.k", " [ * ]"]),
        inner.map(lambda text: f"[{text}]"),
    )
    return st.one_of(
        _quoted(inner),
        _heredoc(inner),
        st.tuples(inner, gap, operator, gap, inner).map(lambda parts: f"{parts[0]}{parts[1]} {''.join(parts[2:])}"),
        st.tuples(st.sampled_from(["!", "-", "- ", "!!", "-!"]), inner).map("".join),
        st.tuples(inner, inner, inner).map(lambda parts: f"{parts[0]} ? {parts[1]} : {parts[2]}"),
        st.tuples(line, inner, line).map(lambda parts: "(" + "".join(parts) + ")"),
        st.tuples(line, _list_of(inner, ",\n")).map(lambda parts: f"[{parts[0]}{parts[1]}]"),
        st.tuples(_NAMES, _list_of(inner, ", ")).map(lambda parts: f"{parts[0]}({parts[1]})"),
        st.lists(st.tuples(key, st.just(" = "), inner, break_).map("".join), max_size=3).map(
            lambda items: "{\n" + "".join(items) + "}"
        ),
        _list_of(st.tuples(inner.map(lambda key: f"({key})"), inner).map(" : ".join), ", ").map("{{{}}}".format),
        st.tuples(line, inner, inner).map(lambda parts: f"[{parts[0]}for k, v in {parts[1]} : {parts[2]} if k]"),
        st.tuples(line, inner, inner).map(lambda parts: f"{{{parts[0]}for k in {parts[1]} : k => {parts[2]}...}}"),
        st.tuples(_NAMES, st.lists(step, max_size=3)).map(lambda parts: parts[0] + "".join(parts[1])),
        st.tuples(inner, step).map(lambda parts: f"({parts[0]}){parts[1]}"),
    )


_EXPRESSIONS = st.recursive(
    st.one_of(st.sampled_from(["1", "0.5", "1e3", "true", "null", '"s"', '""', "[]", "{}"]), _NAMES),
    _expressions,
    max_leaves=8,
)
_ATTRIBUTES = st.tuples(_NAMES, st.sampled_from([" = ", "=", " = /* c */ "]), _EXPRESSIONS).map("".join)
_HEADERS = st.tuples(_NAMES, st.lists(st.sampled_from([' "l"', " l", ' "é $${x}"']), max_size=2)).map(
    lambda parts: parts[0] + "".join(parts[1])
)


def _blocks(body: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    items = st.lists(body, max_size=3).map("\n".join)
    return st.tuples(_HEADERS, items).map(lambda parts: f"{parts[0]} {{ # c\n{parts[1]}\n}}")


_FILES = st.lists(st.recursive(_ATTRIBUTES, _blocks, max_leaves=4), max_size=3).map(lambda items: "\n".join(items))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_FILES)
def test_generated(text: str) -> None:
    faults = [fault for fault in check(text).faults if fault.slug != "attribute-set-twice"]
    assert faults == []
    _agree(text)


_PIECES = [*'ab1 \n\r\t"{}[]()=,.:?!-+*/%$~#<\\', "<<E\n", "E\n", "for ", "${", "%{", "a = ", "a {\n", "}\n"]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=40).map("".join))
def test_anything(text: str) -> None:
    _agree(text)


@pytest.mark.parametrize("variable", ["", "python-hcl2"])
def test_reading_loads_only_what_it_needs(variable: str) -> None:
    code = (
        "import sys; from cogcheck.model import Document; from cogcheck.syntax import hcl\n"
        "assert 'tree_sitter' not in sys.modules and 'lark' not in sys.modules\n"
        "hcl.parse(Document('x', 'a = 1\\nb = = 2\\n'))\n"
        "print('tree_sitter' in sys.modules, 'lark' in sys.modules, 'hcl2' in sys.modules)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "COGCHECK_HCL_READER": variable, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.split() == (["False", "True", "True"] if variable else ["True", "False", "False"])
