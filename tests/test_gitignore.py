"""What patterns exclude is what all of them, asked about the whole path, would exclude.

Except that pathspec lets `[!a]` match a slash, which git does not.
"""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from cogcheck.gitignore import Ignores

NAMES = st.sampled_from(["a", "b", "a.tf", "b.tf", ".terraform", "a b"])
PARTS = st.sampled_from(["a", "b", "*", "**", "a*", "*.tf", "?.tf", "[ab]", ".terraform", "a\\ b"])


@st.composite
def lines(draw: st.DrawFn) -> str:
    path = "/".join(draw(st.lists(PARTS, min_size=1, max_size=3)))
    before, after = draw(st.sampled_from(["", "!", "/", "!/"])), draw(st.sampled_from(["", "/", " "]))
    line = f"{before}{path}{after}"
    assume(line.count("*") <= 4)  # others are left out
    return line


def test_no_class_matches_a_slash() -> None:
    ignores = Ignores().also("/x", "*[!a]*b\n[!a]?c")
    assert not ignores.exclude("/x/b/b", directory=False)
    assert not ignores.exclude("/x/b/c", directory=False)
    assert ignores.exclude("/x/a/bcb", directory=False)


@settings(max_examples=300, deadline=None)
@given(st.lists(lines(), min_size=1, max_size=5), st.lists(NAMES, min_size=1, max_size=4), st.booleans())
def test_patterns_one_by_one(patterns: list[str], names: list[str], directory: bool) -> None:
    path = "/".join(names)
    expected = GitIgnoreSpec.from_lines(patterns).check_file(f"{path}/" if directory else path).include
    ignores = Ignores().also("/x", "\n".join(patterns))
    for _ in range(2):  # what is remembered is no different
        assert ignores.exclude(f"/x/{path}", directory=directory) is bool(expected)
