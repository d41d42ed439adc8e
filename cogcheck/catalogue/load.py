"""Rules and shapes from `rules/`: YAML in a checkout, one compiled JSON file in the wheel."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from cogcheck.catalogue.shapes import ALWAYS, BlockShape, Period, ResourceShape, release, resource_shape, texts
from cogcheck.record import dataclass
from cogcheck.report import Severity

if TYPE_CHECKING:
    from pathlib import Path

COMPILED = "catalogue.json"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with its texts. `when` and `must` are conditions as written; `judged_by` is the code that judges instead.

    `resource` is the type it is about, empty for rules about input and shape, which hold for all types.
    `each` names paths that the rule is judged for one by one: `$` stands for the path in conditions and texts.
    `effect` is `diff` or `replace` where the harm is only that; such a rule is silent on ignored changes.
    """

    id: str
    slug: str
    severity: Severity
    summary: str
    resource: str = ""
    enforced: str = "validate"
    evidence: str = "executed"
    documented: tuple[str, ...] = ()
    source: str = ""
    period: Period = ALWAYS
    at: tuple[str, ...] = ()
    each: tuple[str, ...] = ()
    when: Any = None
    must: Any = None
    judged_by: str = ""
    point: str | None = None
    effect: str = ""
    message: str = ""
    help: str = ""
    why: str = ""
    bad: str = ""
    good: str = ""
    unreadable: bool = False
    packs: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    pack_options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Catalogue:
    """All rules and shapes."""

    rules: tuple[Rule, ...]
    shapes: Mapping[str, ResourceShape]
    constraints: tuple[Mapping[str, Any], ...] = ()

    @cached_property
    def by_slug(self) -> Mapping[str, Rule]:
        """The rules by slug."""
        return {rule.slug: rule for rule in self.rules}

    @cached_property
    def by_id(self) -> Mapping[str, Rule]:
        """The rules by id."""
        return {rule.id: rule for rule in self.rules}

    @cached_property
    def types(self) -> Mapping[str, BlockShape | None]:
        """The resource types that there is a shape or a rule for; those without a shape have None."""
        types: dict[str, BlockShape | None] = {rule.resource: None for rule in self.rules if rule.resource}
        types.update({type_: shape.root for type_, shape in self.shapes.items()})
        return types

    def find(self, name: str) -> Rule | None:
        """The rule with this id or slug."""
        return self.by_id.get(name) or self.by_slug.get(name)

    def matching(self, selector: str) -> tuple[Rule, ...]:
        """The rules that a selector means: an id, a slug, the beginning of ids (`COG3`), or `all`."""
        if selector == "all":
            return self.rules
        found = self.find(selector)
        if found is not None:
            return (found,)
        begins = selector[-1:].isdigit() or selector.isupper()
        return tuple(rule for rule in self.rules if rule.id.startswith(selector)) if begins else ()


@cache
def catalogue() -> Catalogue:
    """The rules and shapes that come with cogcheck."""
    compiled = os.path.join(_directory(), COMPILED)
    if not os.path.isfile(compiled):
        return build(compile_catalogue(rules_directory()))
    with open(compiled, "rb") as file:
        return build(json.loads(file.read()))


def rules_directory() -> Path:
    """Where `rules/` is: in the package where it was installed from a wheel, else beside it in the checkout."""
    from pathlib import Path  # a wheel's start can do without

    return Path(_directory())


def _directory() -> str:
    package = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
    inside = os.path.join(package, "rules")
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(package), "rules")


def compile_catalogue(directory: Path) -> dict[str, Any]:
    """Everything in the YAML files below a directory as one JSON-ready mapping. Raises YamlError, OSError."""
    from cogcheck.catalogue.yaml import load

    raw: dict[str, Any] = {"rules": [], "shapes": [], "constraints": []}
    for path in sorted(directory.rglob("*.yaml")):
        content = load(path)
        resource = content.get("resource", "")
        raw["rules"].extend({"resource": resource, **rule} for rule in content.get("rules", ()))
        if "arguments" in content:
            raw["shapes"].append(content)
        raw["constraints"].extend(content.get("constraints", ()))
    raw["rules"].sort(key=lambda rule: rule["id"])
    return raw


def build(raw: Mapping[str, Sequence[Mapping[str, Any]]]) -> Catalogue:
    """The catalogue in a compiled mapping."""
    shapes = [resource_shape(shape) for shape in raw["shapes"]]
    return Catalogue(
        tuple(rules_of(raw["rules"])),
        {shape.type: shape for shape in shapes},
        tuple(raw["constraints"]),
    )


def rules_of(raw: Iterable[Mapping[str, Any]]) -> Iterable[Rule]:
    """The rules written in mappings that are valid under the rules' schema."""
    for entry in raw:
        fields = dict(entry)
        since, until = fields.pop("since", None), fields.pop("until", None)
        fields["period"] = Period(_release(since), _release(until))
        fields["documented"] = texts(fields.get("documented"))
        fields["each"] = texts(fields.get("each"))
        fields["sources"] = texts(fields.get("sources"))
        fields["packs"] = texts(fields.get("packs"))
        fields["at"] = tuple(fields["at"].split(".")) if fields.get("at") else ()
        yield Rule(**fields)


def _release(text: str | float | None) -> tuple[int, ...] | None:
    return None if text is None else release(str(text))
