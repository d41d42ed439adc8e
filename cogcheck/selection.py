"""Which rules count in a scan, and how severe each is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cogcheck.catalogue.configured import check_packs, configure
from cogcheck.catalogue.load import Catalogue, Rule
from cogcheck.options import Options
from cogcheck.record import dataclass
from cogcheck.report import Severity


class UnknownRuleError(ValueError):
    """A selector that means no rule; `nearest` is the name that was probably meant."""

    def __init__(self, selector: str, nearest: str | None) -> None:
        hint = f"; did you mean {nearest}?" if nearest else ""
        super().__init__(f"there is no rule {selector!r}{hint} (`cogcheck rules` lists them all)")
        self.selector = selector
        self.nearest = nearest


@dataclass(frozen=True, slots=True)
class Selection:
    """The ids of the rules that count."""

    ids: frozenset[str]

    def __call__(self, rule: Rule) -> bool:
        """Whether a rule counts."""
        return rule.id in self.ids


def select(catalogue: Catalogue, options: Options) -> Selection:
    """The rules that the options ask for. Packs are off unless named or selected by id. Raises UnknownRuleError."""
    on = {rule.id for rule in catalogue.rules if not rule.packs or set(rule.packs) & set(options.packs)}
    if options.select:
        on = {rule.id for selector in options.select for rule in _meant(catalogue, selector, on)}
    off = {rule.id for selector in options.ignore for rule in named(catalogue, selector)}
    return Selection(frozenset(on - off))


def _meant(catalogue: Catalogue, selector: str, on: set[str]) -> list[Rule]:
    """A rule of a pack is selected by its own name only; a beginning of ids means what is on."""
    rules = named(catalogue, selector)
    exact = catalogue.find(selector) is not None
    return [rule for rule in rules if exact or rule.id in on]


def named(catalogue: Catalogue, selector: str) -> tuple[Rule, ...]:
    """The rules that a selector means. Raises UnknownRuleError."""
    rules = catalogue.matching(selector)
    if not rules:
        from cogcheck.catalogue.display import nearest

        raise UnknownRuleError(selector, nearest(selector, [*catalogue.by_id, *catalogue.by_slug]))
    return rules


def severities(catalogue: Catalogue, options: Options) -> Mapping[str, Severity]:
    """The severities that the options give to rules, by id. Raises UnknownRuleError."""
    return {rule.id: level for selector, level in options.severity.items() for rule in named(catalogue, selector)}


def configured(catalogue: Catalogue, options: Options) -> Catalogue:
    """The catalogue with the options of its rules filled in. Raises UnknownRuleError and OptionError."""
    check_packs(catalogue, options.packs)
    given = {rule.id: one for selector, one in options.rule_options.items() for rule in named(catalogue, selector)}
    return replace(
        catalogue,
        rules=tuple(configure(rule, given.get(rule.id, {}), options.packs) for rule in catalogue.rules),
    )
