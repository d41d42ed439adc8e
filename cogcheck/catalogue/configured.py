"""Rules with their variables filled in: `{option: min}` and `<options.min>`, and `$` for each path of `each`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from cogcheck.catalogue.display import hint, listing, quote
from cogcheck.catalogue.load import Catalogue, Rule

EACH = "$"
"""Stands for the path at hand in a rule with `each`."""
EACH_OF_THIS = f"@this.{EACH}"
"""The same in a condition about another resource."""

_IN_TEXT = re.compile(r"<options\.([a-z][a-z0-9_-]*)>")
_ALONE = re.compile(r"(?<![\w$])\$(?![\w${])")


class OptionError(ValueError):
    """An option or a value of it that a rule does not have, or a pack that there is not; `name` is what was written."""

    def __init__(self, message: str, name: str) -> None:
        super().__init__(message)
        self.name = name


def configure(rule: Rule, given: Mapping[str, Any], packs: Sequence[str] = ()) -> Rule:
    """The rule with its options: what was given, else the preset of the first pack that has one, else the default.

    Raises OptionError for an option that the rule does not have, or a value of another kind than its default.
    """
    for name, value in given.items():
        _check(rule, name, value)
    if not rule.options:
        return rule
    values = dict(rule.options)
    for pack in reversed(packs):
        values.update(rule.pack_options.get(pack, {}))
    values.update(given)

    def text(template: str) -> str:
        return _IN_TEXT.sub(lambda match: _shown(values.get(match[1])), template)

    return replace(
        rule,
        options=values,
        when=_filled(rule.when, values),
        must=_filled(rule.must, values),
        summary=text(rule.summary),
        message=text(rule.message),
        help=text(rule.help),
        why=text(rule.why),
    )


def check_packs(catalogue: Catalogue, packs: Sequence[str]) -> None:
    """Raises OptionError for a pack that no rule is in."""
    known = sorted({pack for rule in catalogue.rules for pack in rule.packs})
    for pack in packs:
        if pack not in known:
            meant = hint(pack, known) or f": there are {', '.join(known)}"
            raise OptionError(f"there is no pack {quote(pack)}{meant}", pack)


def _check(rule: Rule, name: str, value: Any) -> None:
    if name not in rule.options:
        choice = f"it has {listing(rule.options, 'and')}" if rule.options else "it has none"
        raise OptionError(f"{rule.slug} has no option {quote(name)}: {choice}", name)
    wanted = _kind(rule.options[name])
    if _kind(value) != wanted:
        raise OptionError(f"the option {name} of {rule.slug} has to be {wanted}, not {_shown(value)}", name)


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, list):
        scalars = all(isinstance(one, str | int | float) for one in value)
        return "a list of values" if scalars else "a list of lists"
    if isinstance(value, int | float):
        return "a number"
    return "a text" if isinstance(value, str) else "something else"


def with_defaults(catalogue: Catalogue) -> Catalogue:
    """The rules as they are where no option and no pack is asked for, for texts about them."""
    return replace(catalogue, rules=tuple(configure(rule, {}) for rule in catalogue.rules))


def for_each(rule: Rule) -> tuple[Rule, ...]:
    """The rule once for each of the paths that it is about, with `$` filled in."""
    if not rule.each:
        return (rule,)
    return tuple(
        replace(
            rule,
            when=_named(rule.when, path),
            must=_named(rule.must, path),
            point=_named(rule.point, path),
            message=_ALONE.sub(path, rule.message),
            help=_ALONE.sub(path, rule.help),
        )
        for path in rule.each
    )


def _named(raw: Any, path: str) -> Any:
    if isinstance(raw, Mapping):
        return {_named(key, path): _named(entry, path) for key, entry in raw.items()}
    if isinstance(raw, list):
        return [_named(entry, path) for entry in raw]
    return raw.replace(EACH, path) if raw in (EACH, EACH_OF_THIS) else raw


def _filled(raw: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(raw, Mapping):
        if len(raw) == 1 and "option" in raw:
            return values.get(raw["option"])
        return {key: _filled(entry, values) for key, entry in raw.items()}
    return [_filled(entry, values) for entry in raw] if isinstance(raw, list) else raw


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return listing(value, "and") if value else "none"
    return str(value).lower() if isinstance(value, bool) else str(value)
