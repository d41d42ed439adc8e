"""Rules of one's own: a YAML file in the format of ours, checked before anything is judged by it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from cogcheck.catalogue.display import hint
from cogcheck.catalogue.load import Catalogue, Rule, rules_directory, rules_of
from cogcheck.catalogue.mistakes import Conditions, block_mistake, places_in_text
from cogcheck.catalogue.shapes import BlockShape
from cogcheck.catalogue.yaml import Marked, YamlError, parse
from cogcheck.record import dataclass
from cogcheck.schema import Violation, violations

_OURS = "COG"
_LARGEST = 1_000_000
_TEXTS = ("summary", "message", "help", "why")
_CONDITIONS = ("when", "must")


@dataclass(frozen=True, slots=True)
class RuleError:
    """A mistake in a file of rules, with line and column from 1."""

    path: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"


def load_rules(path: str | Path, base: Catalogue | None = None) -> tuple[tuple[Rule, ...], tuple[RuleError, ...]]:
    """The rules in a file, or everything that is wrong with it; never both.

    `base` holds the rules and shapes that are there already: ids, slugs and arguments are compared with them.
    """
    if base is None:
        from cogcheck.catalogue.load import catalogue

        base = catalogue()
    shown = Path(path).as_posix()
    try:
        marked = _read(Path(path))
    except YamlError as error:
        return (), (RuleError(shown, error.line, error.column, error.message),)
    mistakes = list(_mistakes(marked.data, base))
    if mistakes:
        errors = {RuleError(shown, *_place(one, marked), one.message) for one in mistakes}
        return (), tuple(sorted(errors, key=lambda one: (one.line, one.column, one.message)))
    return tuple(_rules(marked.data)), ()


def extend(base: Catalogue, paths: Iterable[str | Path]) -> tuple[Catalogue, tuple[RuleError, ...]]:
    """The catalogue with the rules of some files, and everything that is wrong with the files."""
    errors: list[RuleError] = []
    for path in paths:
        rules, wrong = load_rules(path, base)
        errors.extend(wrong)
        base = replace(base, rules=(*base.rules, *rules))
    return base, tuple(errors)


def _read(path: Path) -> Marked:
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST + 1)
        if len(raw) > _LARGEST:
            raise YamlError(f"the file has more than {_LARGEST:,} bytes, the most that a file of rules may have", 1, 1)
        return parse(raw.decode("utf-8-sig"))
    except OSError as error:
        raise YamlError(f"the file cannot be read: {error.strerror}", 1, 1) from None
    except UnicodeDecodeError:
        raise YamlError("the file is not encoded in UTF-8", 1, 1) from None


def _rules(data: Mapping[str, Any]) -> Iterable[Rule]:
    """What a team demands is nothing that Terraform or AWS would refuse, unless a rule says so."""
    defaults = {"resource": data["resource"], "enforced": "nowhere", "evidence": "documented"}
    return rules_of({**defaults, **rule} for rule in data["rules"])


def _place(mistake: Violation, marked: Marked) -> tuple[int, int]:
    """Where a mistake stands; what is missing is shown at what lacks it."""
    places = marked.keys if mistake.on_key else marked.values
    path = mistake.path
    while path and path not in places:
        path, places = path[:-1], marked.values
    return places.get(path, (1, 1))


def _mistakes(data: Any, base: Catalogue) -> Iterator[Violation]:
    rules = data.get("rules") if isinstance(data, Mapping) else None
    asked = list(_asked(data, base)) if isinstance(rules, list) else []
    for violation in violations(data, rules_directory() / "schema" / "rules.schema.json"):
        if not (asked and any(word in violation.path for word in _CONDITIONS)):
            yield violation
    yield from asked


def _asked(data: Mapping[str, Any], base: Catalogue) -> Iterator[Violation]:
    """What the schema cannot say."""
    if "resource" not in data:
        yield Violation((), False, "resource is missing: the resource type that the rules are about")
    shape = base.shapes.get(str(data.get("resource")))
    ids, slugs = dict.fromkeys(base.by_id), dict.fromkeys(base.by_slug)
    for index, rule in enumerate(data["rules"]):
        if isinstance(rule, Mapping):
            yield from _names(rule, index, ids, slugs)
            yield from _rule(rule, ("rules", index), base, shape.root if shape is not None else None)


def _names(rule: Mapping[str, Any], index: int, ids: dict[str, None], slugs: dict[str, None]) -> Iterator[Violation]:
    id_, slug = rule.get("id"), rule.get("slug")
    if isinstance(id_, str):
        if id_.startswith(_OURS):
            yield Violation(("rules", index, "id"), False, f"ids with {_OURS} are cogcheck's own: take other letters")
        elif id_ in ids:
            yield Violation(("rules", index, "id"), False, f"there is a rule {id_} already")
        ids[id_] = None
    if isinstance(slug, str):
        if slug in slugs:
            yield Violation(("rules", index, "slug"), False, f"there is a rule {slug} already")
        slugs[slug] = None


def _rule(
    rule: Mapping[str, Any], at: tuple[str | int, ...], base: Catalogue, shape: BlockShape | None
) -> Iterator[Violation]:
    for name in ("must", "message"):
        if name not in rule:
            yield Violation(at, False, f"{name} is missing")
    if "judged_by" in rule:
        yield Violation((*at, "judged_by"), True, "judged_by is for the rules that come with cogcheck")
    types = str(rule["at"]).split(".") if rule.get("at") else []
    message = block_mistake(types, shape)
    if message is not None:
        yield Violation((*at, "at"), False, message)
        return
    here = shape
    for type_ in types:
        here = here.blocks[type_] if here is not None else None
    options = rule.get("options")
    options = options if isinstance(options, Mapping) else {}
    shapes = {type_: one.root for type_, one in base.shapes.items()}
    check = Conditions(shapes, options, shape, here, each=bool(rule.get("each")))
    yield from _parts(rule, at, check)
    yield from _presets(rule, at, options)


def _parts(rule: Mapping[str, Any], at: tuple[str | int, ...], check: Conditions) -> Iterator[Violation]:
    for word in _CONDITIONS:
        if word in rule:
            yield from check.condition(rule[word], (*at, word))
    if isinstance(rule.get("point"), str):
        yield from check.path(rule["point"], (*at, "point"))
    paths = rule.get("each")
    for index, path in enumerate(paths if isinstance(paths, list) else ()):
        yield from check.path(path, (*at, "each", index))
    for name in _TEXTS:
        if isinstance(rule.get(name), str):
            yield from places_in_text(rule[name], check, (*at, name))


def _presets(rule: Mapping[str, Any], at: tuple[str | int, ...], options: Mapping[str, Any]) -> Iterator[Violation]:
    presets = rule.get("pack_options")
    packs = rule.get("packs")
    packs = packs if isinstance(packs, list) else [packs]
    for pack, values in presets.items() if isinstance(presets, Mapping) else ():
        if pack not in packs:
            yield Violation((*at, "pack_options", pack), True, f"the rule is in no pack {pack}")
        for name in values if isinstance(values, Mapping) else ():
            if name not in options:
                message = f"the rule has no option {name}{hint(name, options)}"
                yield Violation((*at, "pack_options", pack, name), True, message)
