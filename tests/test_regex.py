"""Which regular expressions of users' rules can take very long, and that the others do not."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cogcheck.catalogue.regex import danger

FINE = [
    "",
    "prod-.*",
    "[a-z0-9]+(-[a-z0-9]+)*",
    "(dev|test|prod)-[a-z]+(-[0-9]+)?",
    "(?:[a-z][a-z0-9]*-)*[a-z]+",
    r"([0-9]{1,3}\.){3}[0-9]{1,3}",
    ".*-dev-.*",
    "[a-z]+-[a-z]+-[a-z]+-[a-z]+-[a-z]+",
    "(?!cdk-)[a-z-]+",
    "(?i)prod|dev",
    r"\S+@\S+\.\S+",
    "arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]+:[A-Za-z0-9_-]+",
    "[^ ]{1,128}",
    r"^\w+$",
    "([A-Z][a-z]+)+",
    "(a|b)*c",
    r"([a-z0-9]{1,4}-){1,8}x?y?z?",
    "([a-z]+-)?([a-z]+-)?([a-z]+-)?([a-z]+-)?[a-z]+",
]
DANGEROUS = [
    "(a+)+",
    "(a*)*b",
    "(a|b|ab)*c",
    r"(\w+\s?)*x",
    "(a*b*)*",
    "(a?){30}a{30}",
    "(x+x+)+y",
    "(.*)*",
    "(a|aa)+$",
    "(a{1,100}){1,100}",
    "(?i)(a|A|aA)*b",
    ".*a.*b.*c.*d.*",
    r"([a-z]+)\1",
    "(?=(a+)+b)a*",
    "(?>(a+)+)b",
    "[ab]{1,200}" * 130,
    "x" + "[ab]?" * 40 + "y",
    "(ab|a)(b|c|bc)?" * 10 + "d",
    "(a+a?b)" * 20 + "c",
    "a*" * 30,
    ".*" + "a?" * 100,
]


@pytest.mark.parametrize("pattern", FINE)
def test_fine_patterns_pass(pattern: str) -> None:
    assert danger(pattern) is None


@pytest.mark.parametrize("pattern", DANGEROUS, ids=lambda pattern: pattern[:30])
def test_dangerous_patterns_are_refused(pattern: str) -> None:
    begin = time.process_time()
    reason = danger(pattern)
    assert time.process_time() - begin < 2
    assert reason is not None
    assert "not a regular expression" not in reason


@pytest.mark.parametrize("pattern", ["(", "[a", "*", "(?P<1>a)", "a{99999999999}", "(?z)"])
def test_what_is_no_pattern_is_said_so(pattern: str) -> None:
    assert str(danger(pattern)).startswith("not a regular expression: ")


@settings(max_examples=200, deadline=None)
@given(st.text("ab*+?|()[]{}1,-.^$\\w", max_size=14))
def test_patterns_that_pass_are_quick(pattern: str) -> None:
    if danger(pattern) is not None:
        return
    compiled = re.compile(pattern)
    begin = time.perf_counter()
    for text in ("a" * 60 + "!", "ab" * 30 + "!", "aab-" * 15 + "!"):
        compiled.fullmatch(text)
    assert time.perf_counter() - begin < 2


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=30))
def test_no_pattern_raises(pattern: str) -> None:
    danger(pattern)
