"""The fixtures of the rules: a directory for each rule, and marks that say what has to be found where.

`whole/` holds whole pools as people write them, in which nothing may be found.

`# expect: COG2001` on a line of its own is about the next line. `bad*.tf` have marks, `good*.tf` have none.
What `terraform validate` says to a file follows from the rule: it refuses the bad ones of a rule that it enforces.
A comment `# terraform validate: accepted` (or `rejected`) says otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from cogcheck.catalogue.load import Rule, catalogue

ROOT = Path(__file__).parent / "fixtures" / "rules"
_MARK = re.compile(r"[ \t]*# expect: (COG\d{4}(?:, COG\d{4})*)")
_VERDICT = re.compile(r"^[ \t]*# terraform validate: (accepted|rejected)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Case:
    """A fixture: the rule whose directory it is in (None for whole pools), and its text."""

    rule: Rule | None
    path: Path
    text: str

    @property
    def name(self) -> str:
        """What names it in reports of tests, and as a module."""
        return f"{self.rule.id if self.rule else 'whole'}_{self.path.stem}"

    @property
    def good(self) -> bool:
        """Whether nothing may be found in it."""
        return self.path.stem.startswith("good")

    @property
    def expected(self) -> list[tuple[str, int]]:
        """The rules and lines of the marks."""
        lines = enumerate(self.text.splitlines(), start=1)
        marks = [(number + 1, mark[1]) for number, line in lines if (mark := _MARK.fullmatch(line))]
        return sorted((rule, line) for line, rules in marks for rule in rules.split(", "))

    @property
    def accepted(self) -> bool:
        """Whether `terraform validate` has to accept it."""
        said = _VERDICT.search(self.text)
        if said is not None:
            return said[1] == "accepted"
        return self.good or self.rule is None or self.rule.enforced != "validate"


def cases() -> list[Case]:
    """All fixtures."""
    rules: dict[str, Rule | None] = {f"{rule.id}-{rule.slug}": rule for rule in catalogue().rules}
    rules["whole"] = None
    return [
        Case(rules[path.parent.name], path, path.read_text(encoding="utf-8")) for path in sorted(ROOT.glob("*/*.tf"))
    ]


def wrapped(snippet: str) -> str:
    """An example of a rule as a whole file."""
    if 'resource "' in snippet:
        return snippet
    return f'resource "aws_cognito_user_pool" "example" {{\n  name = "example"\n{snippet}}}\n'
