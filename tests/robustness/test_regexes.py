"""Every regular expression of ours takes time that grows with the text, not with its square."""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

import cogcheck
from cogcheck.catalogue.special import FORMATS
from cogcheck.syntax.hcl_check_body import _line

LENGTH = 15_000
UNITS = [
    *"a09_é \t\r\n\"'\\/*#[](){}.,:;-+!=<>$%@&|?",
    *(
        "a.",
        "a=",
        "a = ",
        "a,",
        "a-",
        "a \n",
        "\n ",
        "${",
        "%{",
        "$$",
        "%%",
        "/*",
        "*/",
        "##",
        "//",
        "--",
        "::",
        "..",
        '""',
    ),
    *(
        "<<A\n",
        "cogcheck:",
        "cogcheck:ignore=",
        "1.",
        "a/b",
        "module.a.",
        "[0]",
        "$1",
        "%1",
        "e1",
        "\\u",
        '\\"',
        "a@",
        "<a",
    ),
    *("${TfToken[TOKEN.", 'source="./', "\\Q", "''", "ab1", "a b ", "{}", '"a" ', "1e", "2024-", "%s", "<a", '""'),
]
BEFORE = ["", '"', "a = "]
AFTER = ["", "!"]


def patterns() -> dict[str, re.Pattern[str] | re.Pattern[bytes]]:
    """All that are compiled when the modules are loaded."""
    found: dict[str, re.Pattern[str] | re.Pattern[bytes]] = {}

    def collect(name: str, value: object, depth: int = 0) -> None:
        if isinstance(value, re.Pattern):
            found[name] = value
        elif isinstance(value, list | tuple | dict) and depth < 4:
            for at, inner in enumerate(value.values() if isinstance(value, dict) else value):
                collect(f"{name}[{at}]", inner, depth + 1)

    for module in pkgutil.walk_packages(cogcheck.__path__, "cogcheck."):
        if not module.name.endswith("__main__"):
            for name, value in vars(importlib.import_module(module.name)).items():
                collect(f"{module.name}.{name}", value)
    return found


def methods(name: str) -> Iterator[str]:
    """How a pattern is used: what is only matched may not be searched for."""
    module, _, short = name.partition("[")[0].rpartition(".")
    source = Path(str(importlib.import_module(module).__file__)).read_text(encoding="utf-8")
    used = set(re.findall(rf"\b{re.escape(short)}\.(\w+)\b", source))
    yield "match"
    if not used or "fullmatch" in used:
        yield "fullmatch"
    if used & {"search", "sub", "subn", "split", "findall", "finditer"}:
        yield "sub"


def seconds(pattern: re.Pattern[str] | re.Pattern[bytes], method: str, text: str) -> float:
    data: str | bytes = text if isinstance(pattern.pattern, str) else text.encode()
    begin = time.process_time()
    if method == "sub":
        pattern.sub(data[:0], data)  # type: ignore[arg-type] # both are text, or both are bytes
    else:
        getattr(pattern, method)(data)
    return time.process_time() - begin


def slow(pattern: re.Pattern[str] | re.Pattern[bytes], method: str) -> Iterator[str]:
    """The beginnings of texts for which the time grows faster than their length."""
    for before, unit, after in product(BEFORE, UNITS, AFTER):
        if seconds(pattern, method, before + unit * (LENGTH // len(unit)) + after) > 0.03:
            short, long = (
                min(seconds(pattern, method, before + unit * (length // len(unit)) + after) for _ in range(2))
                for length in (LENGTH // 4, LENGTH)
            )
            if long > 8 * short:
                yield f"{before}{unit}...{after}"


FOUND = {
    **patterns(),
    **{f"cogcheck.syntax.hcl_check_body._line[{plain}]": _line(plain=plain) for plain in (False, True)},
}


def test_all_are_found() -> None:
    assert len(FOUND) > 80


@pytest.mark.parametrize("name", FOUND)
def test_linear(name: str) -> None:
    assert {method: found for method in methods(name) if (found := list(slow(FOUND[name], method)))} == {}


@pytest.mark.parametrize("name", FORMATS)
def test_formats_are_linear(name: str) -> None:
    for before, unit, after in product(["", "arn:"], UNITS, [""]):
        begin = time.process_time()
        FORMATS[name](before + unit * (LENGTH // len(unit)) + after)
        assert time.process_time() - begin < 0.5, (before, unit, after)
