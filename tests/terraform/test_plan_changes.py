"""What only a plan shows: refused changes of attributes, pools destroyed or replaced, blocks that cannot be removed."""

from __future__ import annotations

import pytest
from plans import TYPE, made, only, read, real

from cogcheck.catalogue.changes import changes
from cogcheck.model import Resource

ATTRIBUTE = {"name": "a", "attribute_data_type": "String", "mutable": True, "required": False}


def said(resource: Resource) -> list[tuple[str, str | None, str]]:
    return [(problem.slug, problem.argument, problem.message) for problem in changes(resource)]


def updated(before: object, after: object, unknown: object = None, actions: tuple[str, ...] = ("update",)) -> Resource:
    known = {"schema": after} if unknown is None else {}
    marks = {} if unknown is None else {"schema": unknown}
    return only(read(made(known, None, before={"schema": before}, after_unknown=marks, actions=actions)))


def test_changed_and_removed_attributes() -> None:
    (resource,) = real("schema-changed").resources
    assert said(resource) == [
        ("schema-attribute-changed", "schema", 'the plan removes the attribute "since", which Cognito does not allow'),
        (
            "schema-attribute-changed",
            "schema[1]",
            'the plan changes string_attribute_constraints.max_length of the attribute "plan", '
            "which Cognito does not allow",
        ),
    ]
    assert [problem.span.text for problem in changes(resource)] == [f'"{TYPE}.grown"', "{"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([ATTRIBUTE], [ATTRIBUTE]),
        ([ATTRIBUTE], [{**ATTRIBUTE, "required": None}]),
        ([ATTRIBUTE], [{**ATTRIBUTE, "developer_only_attribute": False, "string_attribute_constraints": []}]),
        ([ATTRIBUTE], [ATTRIBUTE, {**ATTRIBUTE, "name": "b"}]),
        ([], [ATTRIBUTE]),
    ],
)
def test_what_is_no_change_of_an_attribute(before: object, after: object) -> None:
    assert said(updated(before, after)) == []


@pytest.mark.parametrize(
    ("change", "argument"),
    [
        ({"mutable": False}, "mutable"),
        ({"attribute_data_type": "Number"}, "attribute_data_type"),
        ({"number_attribute_constraints": [{"min_value": "1"}]}, "number_attribute_constraints.min_value"),
    ],
)
def test_what_is_a_change_of_an_attribute(change: dict[str, object], argument: str) -> None:
    message = f'the plan changes {argument} of the attribute "a", which Cognito does not allow'
    expected = [("schema-attribute-changed", "schema[0]", message)]
    assert said(updated([ATTRIBUTE], [{**ATTRIBUTE, **change}])) == expected


def test_what_is_unknown_is_not_judged() -> None:
    assert said(updated([ATTRIBUTE], [], unknown=True)) == []
    unnamed = updated([ATTRIBUTE], [{**ATTRIBUTE, "name": None}])
    assert said(unnamed) == []


def test_more_attributes_than_one_call_takes() -> None:
    (resource,) = real("added").resources
    assert said(resource) == [
        (
            "too-many-attributes-added",
            "schema",
            "the plan adds 26 attributes to this pool at once, and Cognito takes at most 25",
        )
    ]
    many = [{**ATTRIBUTE, "name": f"a{index}"} for index in range(25)]
    assert said(updated([ATTRIBUTE], [ATTRIBUTE, *many])) == []


def test_a_replacement_names_its_cause() -> None:
    (resource,) = real("replaced").resources
    assert said(resource) == [
        (
            "protected-pool-destroyed",
            "deletion_protection",
            'the plan replaces this pool, but its deletion_protection is "ACTIVE"',
        ),
        (
            "pool-destroyed-or-replaced",
            "username_attributes",
            "the plan replaces this pool, and all its users are lost, "
            "because username_attributes cannot be changed in place",
        ),
    ]
    assert [problem.span.text for problem in changes(resource)] == ['"ACTIVE"', '["email"]']


def test_a_destruction() -> None:
    (resource,) = real("destroyed").destroyed
    assert said(resource) == [
        (
            "protected-pool-destroyed",
            "deletion_protection",
            'the plan deletes this pool, but its deletion_protection is "ACTIVE"',
        ),
        ("pool-destroyed-or-replaced", None, "the plan deletes this pool, and all its users are lost"),
    ]
    assert [problem.resources for problem in changes(resource)] == [(f"{TYPE}.grown",)] * 2


def test_several_causes() -> None:
    paths = [["username_configuration", 0, "case_sensitive"], ["alias_attributes"]]
    plan = made({}, {}, before={}, actions=["create", "delete"], replace_paths=paths)
    assert [problem.message for problem in changes(only(read(plan)))] == [
        "the plan replaces this pool, and all its users are lost, "
        "because username_configuration and alias_attributes cannot be changed in place"
    ]


def test_sms_configuration_that_stays() -> None:
    (resource,) = real("sms-removed").resources
    assert said(resource) == [
        (
            "sms-configuration-removal-ignored",
            "sms_configuration",
            "sms_configuration was removed from the configuration, but the pool keeps it",
        )
    ]


def test_sms_configuration_that_a_dynamic_block_may_make() -> None:
    values = {"sms_configuration": [{"external_id": "x"}], "schema": [{"name": "a"}]}
    assert said(only(read(made(values, {}, before=values, actions=["no-op"])))) == []


@pytest.mark.parametrize("name", ["no-op", "modules", "unknown"])
def test_plans_without_such_a_change(name: str) -> None:
    assert [said(resource) for resource in real(name).resources] == [[] for _ in real(name).resources]
