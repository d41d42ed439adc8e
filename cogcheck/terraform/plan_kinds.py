"""What a JSON document is that is no plan, and what to do instead."""

from __future__ import annotations

from collections.abc import Mapping

from cogcheck.model import Document, Problem, Span

_SHOW = "Make one with: terraform plan -out=PLAN && terraform show -json PLAN > plan.json"
_CONFIGURATION = ("resource", "data", "module", "provider", "variable", "terraform", "locals")
_KINDS = (
    (("provider_schemas",), "the output of terraform providers schema -json"),
    (("valid", "diagnostics"), "the output of terraform validate -json"),
    (("stacks", "version"), "a CDKTF manifest"),
    (("runs",), "a SARIF report"),
    (("findings", "tool"), "a report of cogcheck"),
)


def refusal(document: Document, data: object) -> Problem | None:
    """Why a document is no plan that can be read; None where it is one."""
    if not isinstance(data, dict):
        return _problem(document, "not-a-plan", "This JSON is no object, so it is no plan", _SHOW)
    if _is_state(data):
        return _problem(document, "state-file", "This is a Terraform state, not a plan", _SHOW)
    version = data.get("format_version")
    if version is None or not ("planned_values" in data or "resource_changes" in data):
        return _problem(document, "not-a-plan", f"This JSON is {_kind(data)}", _help(data))
    if not isinstance(version, str) or not version.split(".")[0].isdecimal():
        return _problem(document, "not-a-plan", "The plan's format_version is no version", _SHOW)
    if version.split(".")[0] not in ("0", "1"):
        message = f"The plan has format version {version}; 0.1 to 1.x can be read"
        return _problem(document, "plan-version", message, None)
    return None


def is_log(document: Document) -> bool:
    """Whether this is what `terraform plan -json` prints: a line of JSON for each event."""
    return document.text.lstrip()[:20].replace(" ", "").startswith('{"@level"')


def log_refusal(document: Document) -> Problem:
    """The problem that it is."""
    message = "This is the log of terraform plan -json, which holds no values"
    return _problem(document, "not-a-plan", message, _SHOW)


def _is_state(data: Mapping[str, object]) -> bool:
    if "planned_values" in data or "resource_changes" in data:
        return False
    return (
        "lineage" in data or ("serial" in data and "version" in data) or ("format_version" in data and "values" in data)
    )


def _kind(data: Mapping[str, object]) -> str:
    for keys, name in _KINDS:
        if all(key in data for key in keys):
            return f"{name}, not a plan"
    if "format_version" in data:
        return "an empty state: terraform show -json without the name of a plan shows the state"
    if any(isinstance(data.get(key), dict | list) for key in _CONFIGURATION):
        return "no plan, but looks like Terraform configuration"
    return "no plan"


def _help(data: Mapping[str, object]) -> str:
    if "format_version" not in data and any(isinstance(data.get(key), dict | list) for key in _CONFIGURATION):
        return "Name the file NAME.tf.json; of standard input, say so with --stdin-filename NAME.tf.json."
    return _SHOW


def _problem(document: Document, slug: str, message: str, help_: str | None) -> Problem:
    start = len(document.text) - len(document.text.lstrip())
    return Problem(slug, message, Span(document, start, min(start + 1, len(document.text))), help=help_)
