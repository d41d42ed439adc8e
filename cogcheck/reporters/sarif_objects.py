"""The classes of sarif-om, and what it leaves out: turning them into JSON-ready data.

The usual serialiser for them drops values that equal a default (so a result of level `warning` would take its rule's
level), and copies everything at each step. Suppressions are plain mappings: the class has the name of a draft for one
of their properties, which the final schema refuses.
"""

from __future__ import annotations

from typing import Any

from sarif_om import (  # type: ignore[import-untyped] # the package has no annotations
    ArtifactLocation,
    CodeFlow,
    Invocation,
    Location,
    LogicalLocation,
    Message,
    MultiformatMessageString,
    Notification,
    PhysicalLocation,
    Region,
    ReportingConfiguration,
    ReportingDescriptor,
    ReportingDescriptorReference,
    Result,
    Run,
    RunAutomationDetails,
    SarifLog,
    ThreadFlow,
    ThreadFlowLocation,
    Tool,
    ToolComponent,
)

from cogcheck.reporters.places import clean

__all__ = [
    "ArtifactLocation",
    "CodeFlow",
    "Invocation",
    "Location",
    "LogicalLocation",
    "Message",
    "MultiformatMessageString",
    "Notification",
    "PhysicalLocation",
    "Region",
    "ReportingConfiguration",
    "ReportingDescriptor",
    "ReportingDescriptorReference",
    "Result",
    "Run",
    "RunAutomationDetails",
    "SarifLog",
    "ThreadFlow",
    "ThreadFlowLocation",
    "Tool",
    "ToolComponent",
    "plain",
]

_NAMES: dict[type, list[tuple[str, str]]] = {}
_SILENT = {"kind": "fail", "importance": "important", "language": "en-US"}
"""Defaults that say nothing new in each of thousands of results."""
_NEVER = ("newline_sequences", "contents", "enabled")
"""What the classes fill in by themselves, always with the default."""


def plain(value: Any) -> Any:
    """The JSON-ready form of an object of sarif-om, or of lists and mappings of them.

    Left out is what is absent (None, or -1 where a number is expected), and defaults that say nothing.
    """
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, int | float):
        return value
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [plain(entry) for entry in value]
    fields = ((name, getattr(value, attribute)) for attribute, name in _names(type(value)))
    return {name: plain(entry) for name, entry in fields if _is_said(name, entry)}


def _is_said(name: str, value: Any) -> bool:
    return value is not None and value not in (-1, -1.0) and value != _SILENT.get(name)


def _names(class_: type) -> list[tuple[str, str]]:
    if class_ not in _NAMES:
        _NAMES[class_] = [
            (field.name, field.metadata["schema_property_name"])
            for field in class_.__attrs_attrs__  # type: ignore[attr-defined] # every class of sarif-om has it
            if field.name not in _NEVER
        ]
    return _NAMES[class_]
