"""`cogcheck rules test FILE`: does a file of rules load, and do its examples say what they promise?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace


def check_rule_files(paths: Sequence[str]) -> tuple[list[str], int]:
    """The lines to show for some files of rules, and the number of mistakes and differences in them."""
    from cogcheck.catalogue.examples import check_examples
    from cogcheck.catalogue.load import catalogue
    from cogcheck.catalogue.userrules import load_rules

    base = catalogue()
    lines: list[str] = []
    wrong = 0
    for path in paths:
        rules, errors = load_rules(path, base)
        lines.extend(map(str, errors))
        wrong += len(errors)
        base = replace(base, rules=(*base.rules, *rules))
        for rule in rules:
            differences = check_examples(rule, base)
            wrong += len(differences)
            lines.extend(f"{path}: {rule.id} {rule.slug}: {one}" for one in differences)
            if not differences:
                lines.append(f"{path}: {rule.id} {rule.slug}: ok")
    return lines, wrong
