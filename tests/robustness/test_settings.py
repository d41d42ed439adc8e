"""Configurations, rules and patterns that were written to break what reads them."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hostile import pool, run, write
from hypothesis import given, settings
from hypothesis import strategies as st

from cogcheck.catalogue.yaml import YamlError, parse
from cogcheck.gitignore import _forward as forward
from cogcheck.gitignore import excluding

DEEP = 50_000
YAML = {
    "lists": ("[" * DEEP, "nested more than 50 levels deep"),
    "maps": ("{a: " * DEEP, "nested more than 50 levels deep"),
    "items": ("- " * DEEP + "a", "nested more than 50 levels deep"),
    "itself": ("&a [*a]", "nested more than 50 levels deep"),
    "doubled": (
        "a0: &a0 [x, x]\n" + "".join(f"a{at + 1}: &a{at + 1} [*a{at}, *a{at}]\n" for at in range(40)),
        "more than 200000 values",
    ),
    "number": ("a: " + "1" * 100_000, "a number of more than 600 digits"),
}


@pytest.mark.parametrize(("text", "message"), YAML.values(), ids=YAML)
def test_rules(text: str, message: str) -> None:
    """The first three ended the process."""
    with pytest.raises(YamlError) as raised:
        parse(text)
    assert raised.value.message == message


@pytest.mark.parametrize("command", [["scan", "--rule-file", "r.yaml"], ["rules", "test", "r.yaml"]])
def test_rules_of_a_scan(tmp_path: Path, command: list[str]) -> None:
    write(tmp_path, {"r.yaml": "[" * DEEP, "main.tf": pool()})
    done = run(*command, cwd=tmp_path)
    assert done.returncode == (2 if command[0] == "scan" else 1)
    assert "r.yaml:1:51: nested more than 50 levels deep" in (done.stdout + done.stderr).decode()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fail-on = 0x" + "f" * 900_000, "not valid TOML: a whole number has more than 64 bits"),
        ("select = [[1, {a = 0x" + "f" * 10_000 + "}]]", "not valid TOML: a whole number has more than 64 bits"),
        ("select = " + "[" * 100_000, "not valid TOML: "),
        ("baseline = 'fifo'", "baseline: 'fifo' is no ordinary file"),
        ("rule-files = ['fifo']", "rule-files: 'fifo' is no ordinary file"),
        ("var-files = ['main.tf', 'directory']", "var-files: 'directory' is no ordinary file"),
    ],
    ids=["number", "number within", "lists", "baseline", "rules", "values"],
)
def test_configurations(tmp_path: Path, text: str, message: str) -> None:
    write(tmp_path, {".git/HEAD": "", ".cogcheck.toml": text, "main.tf": pool(), "directory/x": ""})
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "fifo")
    done = run("scan", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.decode().startswith(f"Error: .cogcheck.toml: {message}")


def test_numbers_of_options(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": pool()})
    done = run("scan", "--pack", "prowler", "--rule-option", "short-passwords.min=0x" + "f" * 9_000, cwd=tmp_path)
    assert done.returncode == 2
    assert "the option min of short-passwords has to be a number" in done.stderr.decode()


@pytest.mark.parametrize("pattern", ["*a*a*a*b", r"*\(*\(*\(*b", "*[a-b]*[a-b]*[!c]*d", "*a?*a?*a?*b", "x*/*a*a*a.b"])
@pytest.mark.parametrize("name", ["a" * 250, "(" * 250, "x/" + "a" * 250])
def test_patterns_are_linear(pattern: str, name: str) -> None:
    """One name took a fifth of a second for each of the patterns, of which a file holds thousands."""
    found = excluding("/r", [pattern])
    for _ in range(2_000):
        assert not found.exclude(f"/r/{name}", directory=False)


PIECES = st.sampled_from(["*", "*", "**", "a", "b", "?", "/", "[ab]", r"\*", "(", r"\(", ".", "!"])


@settings(max_examples=2_000, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=8).map("".join), st.text("ab/(*.", min_size=1, max_size=10))
def test_patterns_mean_the_same(line: str, name: str) -> None:
    from pathspec import GitIgnoreSpec

    try:
        patterns = list(GitIgnoreSpec.from_lines([line]).patterns)
    except (ValueError, re.error):
        return
    for pattern in patterns:
        if pattern.regex is not None:
            same = forward(pattern)
            assert bool(same.regex.search(name)) == bool(pattern.regex.search(name))
