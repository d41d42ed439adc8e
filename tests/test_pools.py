"""The same pool as HCL, as CDKTF output and as a real plan: one resource, the same findings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cogcheck.catalogue.coerce import coerce
from cogcheck.catalogue.load import catalogue
from cogcheck.catalogue.shapes import BlockShape
from cogcheck.documents import discover
from cogcheck.engine import Engine
from cogcheck.model import Block, Document, Known, ListValue, Null, ObjectValue, Resource, Unknown, Value
from cogcheck.options import Options
from cogcheck.selection import configured, select
from cogcheck.terraform import plan, project

TYPE = "aws_cognito_user_pool"
POOLS = sorted(path.parent for path in (Path(__file__).parent / "fixtures" / "pools").glob("*/main.tf"))
SHAPES: dict[str, BlockShape | None] = {type_: shape.root for type_, shape in catalogue().shapes.items()}
FINDINGS = {
    "plain": set(),
    "mfa": set(),
    "everything": set(),
    "recovery": {
        ("duplicate-recovery-priority", "account_recovery_setting.recovery_mechanism.priority"),
        ("admin-only-with-another-mechanism", "account_recovery_setting.recovery_mechanism.name"),
    },
    "schema": {
        ("minimum-value-above-maximum", "schema.number_attribute_constraints.min_value"),
        ("prefixed-attribute-name", "schema.name"),
        ("required-custom-attribute", "schema.required"),
    },
    "sender": {
        ("incomplete-invitation", "admin_create_user_config.invite_message_template.email_subject"),
        ("from-address-without-developer", "email_configuration.email_sending_account"),
        ("password-policy-without-minimum-length", "password_policy.minimum_length"),
    },
    "no-factor": {
        (
            "unverified-update-attribute",
            "user_attribute_update_settings.attributes_require_verification_before_update",
        ),
        ("mfa-without-factor", "mfa_configuration"),
        ("phone-verification-without-sms", "auto_verified_attributes"),
    },
    "countries": {("mfa-without-factor", "mfa_configuration")},
}


def written(directory: Path, name: str, tmp_path: Path) -> tuple[Resource, ...]:
    """The resources of one form of a pool, alone in a directory."""
    place = tmp_path / name.replace(".", "_")
    place.mkdir()
    (place / name).write_bytes((directory / name).read_bytes())
    found = project.resources(discover([place], (TYPE.encode(),)), Options(), SHAPES)
    assert found.problems == ()
    return found.resources


def planned(directory: Path) -> tuple[Resource, ...]:
    text = (directory / "plan.json").read_text(encoding="utf-8")
    found = plan.resources(Document("plan.json", text, "plan"), SHAPES)
    assert found.problems == ()
    return found.resources


def plain(value: Value) -> object:
    match value:
        case Known(value=content):
            return content
        case ListValue(items=items):
            return sorted((plain(item) for item in items), key=str)
        case ObjectValue(entries=entries):
            return {key: plain(item) for key, item in sorted(entries.items())}
        case Unknown(identity=identity):
            return f"<{identity}>"
        case Null():
            return None


def body(block: Block, shape: BlockShape) -> dict[str, object]:
    """A block as plain data, values converted to their types, sets sorted."""
    found: dict[str, object] = {}
    for name, argument in sorted(block.arguments.items()):
        value = coerce(argument.value, shape.arguments[name].type)
        assert value is not None
        if not isinstance(value, Null):
            found[name] = plain(value)
    for type_ in sorted({nested.type for nested in block.blocks}):
        nested_shape = shape.blocks[type_]
        found[type_] = sorted((body(nested, nested_shape) for nested in block.of_type(type_)), key=str)
    assert block.open == {}
    return found


def pools(resources: tuple[Resource, ...]) -> dict[str, object]:
    shape = SHAPES[TYPE]
    assert shape is not None
    return {resource.address: body(resource.block, shape) for resource in resources}


def findings(resources: tuple[Resource, ...]) -> list[tuple[str, str, str, str]]:
    """Address, slug, severity and argument of all findings; which of two equal blocks is meant depends on the order."""
    rules = configured(catalogue(), Options())
    engine = Engine(rules, select(rules, Options()))
    return sorted(
        (resource.address, verdict.slug, verdict.severity, re.sub(r"\[[^]]*]", "", verdict.place.path))
        for resource in resources
        for verdict in engine.judge(resource)[1]
    )


@pytest.mark.parametrize("directory", POOLS, ids=lambda path: path.name)
def test_three_forms_one_resource(directory: Path, tmp_path: Path) -> None:
    hcl = written(directory, "main.tf", tmp_path)
    cdktf = written(directory, "cdk.tf.json", tmp_path)
    real = planned(directory)
    assert pools(cdktf) == pools(hcl)
    assert pools(real) == pools(hcl)
    assert {resource.construct for resource in cdktf} == {f"{directory.name}/main"}


@pytest.mark.parametrize("directory", POOLS, ids=lambda path: path.name)
def test_three_forms_the_same_findings(directory: Path, tmp_path: Path) -> None:
    hcl = findings(written(directory, "main.tf", tmp_path))
    assert findings(written(directory, "cdk.tf.json", tmp_path)) == hcl
    assert findings(planned(directory)) == hcl
    assert {(slug, path) for _, slug, _, path in hcl} == FINDINGS[directory.name]
