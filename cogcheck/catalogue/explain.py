"""What there is to say about a rule, in words: for the terminal, the generated catalogue and programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cogcheck import REPOSITORY
from cogcheck.catalogue.shapes import show_release

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cogcheck.catalogue.load import Catalogue, Rule

KINDS = {
    "0": "Input",
    "1": "Shape",
    "2": "Placeholders",
    "3": "Conflicts",
    "4": "Requirements",
    "5": "Limits",
    "7": "Changes",
    "9": "Policies",
}
"""What the first digit of an id says."""

ENFORCED = {
    "validate": "terraform validate refuses it",
    "plan": "terraform plan refuses it",
    "apply": "terraform apply fails: the service refuses it",
    "update": "the resource is created, and the next update of it fails",
    "destroy": "terraform destroy fails",
    "diff": "nobody refuses it: it is ignored, shown as a difference for ever, or replaces the resource",
    "nowhere": "nobody refuses it",
}
"""Who notices that a rule is broken, and when."""

EVIDENCE = {
    "executed": "seen by running the real thing",
    "model": "the API's own definition says so",
    "quoted": "AWS's error message is known",
    "documented": "the documentation says so",
}
"""How it is known that a rule holds."""


def link(rule: Rule) -> str:
    """The address of a rule in the published catalogue."""
    return f"{REPOSITORY}/blob/main/rules/README.md#{anchor(rule)}"


def heading(rule: Rule) -> str:
    """The heading of a rule in the catalogue."""
    return f"{rule.id} {rule.slug}"


def anchor(rule: Rule) -> str:
    """The anchor that GitHub makes of the heading."""
    return heading(rule).lower().replace(" ", "-")


def facts(rule: Rule, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """What is known of a rule, each with its label."""
    yield "Severity", rule.severity
    yield "Noticed by", ENFORCED[rule.enforced]
    yield "Evidence", EVIDENCE[rule.evidence] + (f" ({rule.source})" if rule.source else "")
    for row in catalogue.constraints:
        if row["id"] in rule.documented:
            yield "Documented", row["says"]
    if versions := _versions(rule, catalogue):
        yield "Versions", versions
    yield from policy(rule)


def policy(rule: Rule) -> Iterator[tuple[str, str]]:
    """The packs that a rule is in, its options, and the same demand elsewhere."""
    if rule.packs:
        yield "Packs", ", ".join(rule.packs)
    for name in rule.options:
        yield "Option", _option(rule, name)
    if rule.sources:
        yield "Sources", ", ".join(rule.sources)


def _option(rule: Rule, name: str) -> str:
    """An option with its default, and what it is where a pack is asked for."""
    presets = [f"{pack}: {_literal(values[name])}" for pack, values in rule.pack_options.items() if name in values]
    return f"{name} = {_literal(rule.options[name])}" + (f" ({', '.join(presets)})" if presets else "")


def _literal(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def documentation(rule: Rule, catalogue: Catalogue) -> str:
    """The address of the provider's page on the resource; empty for rules about all resources."""
    shape = catalogue.shapes.get(rule.resource)
    return shape.docs if shape else ""


def _versions(rule: Rule, catalogue: Catalogue) -> str:
    shape = catalogue.shapes.get(rule.resource)
    if shape is None:
        return ""
    begin = rule.period.since or shape.verified[0]
    end = rule.period.until
    last = f"before {show_release(end)}" if end else f"to {show_release(shape.verified[1])}, the last one looked at"
    return f"{shape.provider} from {show_release(begin)} {last}"


def as_data(rule: Rule, catalogue: Catalogue) -> dict[str, Any]:
    """A rule for programs."""
    since, until = rule.period.since, rule.period.until
    return {
        "id": rule.id,
        "slug": rule.slug,
        "severity": rule.severity,
        "summary": rule.summary,
        "resource": rule.resource or None,
        "enforced": rule.enforced,
        "evidence": rule.evidence,
        "documented": list(rule.documented),
        "since": show_release(since) if since else None,
        "until": show_release(until) if until else None,
        "packs": list(rule.packs),
        "sources": list(rule.sources),
        "options": dict(rule.options),
        "pack_options": {pack: dict(values) for pack, values in rule.pack_options.items()},
        "help": rule.help,
        "why": rule.why,
        "bad": rule.bad,
        "good": rule.good,
        "documentation": documentation(rule, catalogue) or None,
        "link": link(rule),
    }
