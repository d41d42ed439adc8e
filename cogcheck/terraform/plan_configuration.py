"""The `configuration` of a plan: which arguments were written, where unknown values come from, the providers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TypeAlias

from cogcheck.model import Document, Known, Span, Value, Versions
from cogcheck.terraform.addresses import without_keys
from cogcheck.terraform.versions import constrained

Expressions: TypeAlias = Mapping[str, object]
"""The arguments and blocks that a body writes, as in a plan: `{"name": {"constant_value": "x"}, "schema": [{...}]}`."""

_MODULE = re.compile(r"module\.([^.\[]+)")
_ABOVE = re.compile(r"^(?:module\.[^.]+\.)+")
_REGION = re.compile(r"[a-z]{2,3}(?:-[a-z]{2,10}){1,3}-\d{1,2}")


def mapping(value: object) -> Mapping[str, object]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: object) -> Sequence[object]:
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else ()


class Configuration:
    """What a plan says about the configuration that it was made from."""

    def __init__(self, document: Document, plan: Mapping[str, object]) -> None:
        self._document = document
        self._plan = plan
        self._configuration = mapping(plan.get("configuration"))
        self._providers = mapping(self._configuration.get("provider_config"))

    def resource(self, module: str, mode: str, type_: str, name: str) -> Mapping[str, object] | None:
        """A resource of a module (by its address, with or without keys) as configured; None where it is not there."""
        current = mapping(self._configuration.get("root_module"))
        for call in _MODULE.findall(without_keys(module)):
            current = mapping(mapping(mapping(current.get("module_calls")).get(call)).get("module"))
        for entry in sequence(current.get("resources")):
            raw = mapping(entry)
            if (raw.get("mode", "managed"), raw.get("type"), raw.get("name")) == (mode, type_, name):
                return raw
        return None

    @cached_property
    def hides_references(self) -> bool:
        """Whether resources were used in places that the configuration does not list.

        These are locals, and the `for_each` of `dynamic` blocks: only there can a block be unknown as a whole.
        """
        used = [_attribute(mapping(entry)) for entry in sequence(self._plan.get("relevant_attributes"))]
        if not used:
            return False
        listed = set(_references(self._configuration))
        return any(each not in listed for each in used)

    def versions(self, provider: str) -> Versions:
        """The releases of a provider (by its full name) that the plan's configuration allows."""
        found = [
            constraint
            for entry in self._providers.values()
            if _is_provider(mapping(entry), provider)
            and isinstance(constraint := mapping(entry).get("version_constraint"), str)
        ]
        return constrained(found, "the plan's version constraint")

    def region(self, resource: Mapping[str, object] | None) -> Value | None:
        """The region of a resource's provider, where it is a constant or one variable."""
        key = mapping(resource).get("provider_config_key")
        provider = mapping(self._providers.get(key)) if isinstance(key, str) else {}
        expression = mapping(mapping(provider.get("expressions")).get("region"))
        region = expression.get("constant_value")
        if region is None:
            region = self._variable(expression.get("references"))
        if not isinstance(region, str) or _REGION.fullmatch(region) is None:
            return None
        at = self._document.text.find(f'"{region}"', max(self._document.text.find('"provider_config"'), 0))
        return Known(region, Span(self._document, max(at, 0), max(at, 0) + len(region) + 2))

    def _variable(self, references: object) -> object:
        names = sequence(references)
        if len(names) != 1 or not isinstance(names[0], str) or not names[0].startswith("var."):
            return None
        variables = mapping(self._plan.get("variables"))
        return mapping(variables.get(names[0].removeprefix("var."))).get("value")


def _is_provider(entry: Mapping[str, object], provider: str) -> bool:
    full = entry.get("full_name")
    # Before Terraform 0.13 providers had no full names.
    return full == provider if full is not None else entry.get("name") == provider.rsplit("/", 1)[-1]


def _references(value: object) -> Iterator[str]:
    """Everything that is referred to anywhere in a value."""
    pending = [value]
    while pending:
        current = pending.pop()
        if isinstance(current, dict):
            for key, item in current.items():
                if key == "references":
                    yield from (without_keys(name) for name in sequence(item) if isinstance(name, str))
                else:
                    pending.append(item)
        elif isinstance(current, list):
            pending.extend(current)


def _attribute(entry: Mapping[str, object]) -> str:
    """A relevant attribute as a reference to it is written inside its module, without keys."""
    address = entry.get("resource")
    steps = [step for step in sequence(entry.get("attribute"))[:1] if isinstance(step, str)]
    names = without_keys(address) if isinstance(address, str) else ""
    return ".".join([_ABOVE.sub("", names), *steps])
