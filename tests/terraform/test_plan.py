"""Plans in JSON: what was written, what is unknown, what is left out; and everything that is no plan."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import FIXTURES, TYPE, body, constants, made, only, plain, read, real

from cogcheck.model import ListValue, ObjectValue, Unknown, Versions

LATER = "it is known only after apply"


def test_only_what_was_written_counts() -> None:
    values = {
        "name": "main",
        "deletion_protection": "INACTIVE",
        "mfa_configuration": "OFF",
        "tags": None,
        "tags_all": {"a": "b"},
        "schema": [],
        "password_policy": [{"minimum_length": 8, "require_numbers": None}],
    }
    written = {**constants(name="main", tags=None), "password_policy": [constants(minimum_length=8)]}
    found = only(read(made(values, written)))
    assert body(found.block) == {"name": "main", "password_policy": [{"minimum_length": 8}]}
    assert found.block.open == {}
    assert (found.address, found.name, found.type, found.identity) == (f"{TYPE}.main", "main", TYPE, f"{TYPE}.main")


def test_without_a_configuration_all_that_is_not_the_providers_own_counts() -> None:
    values = {"name": "main", "deletion_protection": "INACTIVE", "arn": "x", "tags": None, "unheard_of": 1}
    unknown = {"endpoint": True, "user_pool_tier": True, "password_policy": True, "id": True}
    found = only(read(made(values, after_unknown=unknown)))
    assert body(found.block) == {"name": "main", "user_pool_tier": "<>"}
    assert found.block.open == {"password_policy": LATER}


def test_omitted_and_unknown_are_told_apart() -> None:
    unknown = {
        "user_pool_tier": True,
        "email_verification_subject": True,
        "password_policy": True,
        "schema": True,
        "sms_configuration": [{"sns_caller_arn": True}],
    }
    written = {
        **constants(name="main"),
        "email_verification_subject": {"references": ["var.subject"]},
        "sms_configuration": [
            {**constants(external_id="x"), "sns_caller_arn": {"references": ["aws_iam_role.r.arn", "aws_iam_role.r"]}}
        ],
    }
    values = {"name": "main", "sms_configuration": [{"external_id": "x"}]}
    found = only(read(made(values, written, after_unknown=unknown)))
    assert body(found.block) == {
        "name": "main",
        "email_verification_subject": "<>",
        "sms_configuration": [{"external_id": "x", "sns_caller_arn": "<aws_iam_role.r.arn>"}],
    }
    # A block that the provider does not compute is unknown only where a `dynamic` makes it.
    assert found.block.open == {"schema": LATER}
    argument = found.block.arguments["email_verification_subject"]
    assert isinstance(argument.value, Unknown)
    assert (argument.value.reason, argument.name_span.text, argument.span.text) == (
        LATER,
        '"email_verification_subject"',
        "true",
    )


@pytest.mark.parametrize(
    ("relevant", "open_"),
    [
        ([], []),
        ([{"resource": "aws_iam_role.r", "attribute": ["arn"]}], []),
        ([{"resource": "module.m[0].aws_iam_role.r", "attribute": ["arn"]}], []),
        ([{"resource": "aws_iam_role.r", "attribute": ["id"]}], ["password_policy"]),
        ([{"resource": "aws_iam_role.s", "attribute": []}], ["password_policy"]),
    ],
)
def test_a_hidden_reference_may_be_the_for_each_of_a_dynamic_block(relevant: list[object], open_: list[str]) -> None:
    written = {"name": {"references": ["aws_iam_role.r.arn", "aws_iam_role.r"]}}
    data = json.loads(made({"name": "x"}, written, after_unknown={"password_policy": True}))
    data["relevant_attributes"] = relevant
    assert list(only(read(json.dumps(data))).block.open) == open_


def test_a_computed_block_from_the_state_is_not_taken_for_a_written_one() -> None:
    policy = [{"minimum_length": 8}]
    before = {"name": "x", "password_policy": policy}
    found = only(read(made({"name": "x", "password_policy": policy}, constants(name="x"), before=before)))
    assert body(found.block) == {"name": "x"}
    assert list(found.block.open) == ["password_policy"]
    changed = only(
        read(made({"name": "x", "password_policy": [{"minimum_length": 9}]}, constants(name="x"), before=before))
    )
    assert body(changed.block) == {"name": "x", "password_policy": [{"minimum_length": 9}]}
    assert changed.block.blocks[0].from_dynamic


def test_blocks_of_a_set_find_their_configuration_by_key() -> None:
    values = {
        "schema": [
            {"name": "a", "mutable": True, "required": False},
            {"name": "b", "mutable": True, "required": True},
        ]
    }
    written = {"schema": [constants(name="b", required=True), constants(name="a", mutable=True)]}
    found = only(read(made(values, written)))
    assert body(found.block) == {"schema": [{"name": "a", "mutable": True}, {"name": "b", "required": True}]}


def test_blocks_that_a_dynamic_made_are_known_by_their_values() -> None:
    values = {"schema": [{"name": "a", "required": None}, {"name": "b", "required": True}]}
    found = only(read(made(values, {})))
    assert body(found.block) == {"schema": [{"name": "a"}, {"name": "b", "required": True}]}
    assert [block.from_dynamic for block in found.block.blocks] == [True, True]


def test_strings_are_final_and_numbers_exact() -> None:
    values = {"name": "${not.a.template}", "tags": {"a": 1.5, "b": 12345678901234567890}}
    found = only(read(made(values, {"name": {}, "tags": {}})))
    assert body(found.block) == {"name": "${not.a.template}", "tags": {"a": Decimal("1.5"), "b": 12345678901234567890}}


def test_parts_of_lists_and_maps_may_be_unknown() -> None:
    values = {"auto_verified_attributes": ["email", None], "tags": {"a": "b"}}
    unknown = {"auto_verified_attributes": [False, True], "tags": {"c": True}}
    found = only(read(made(values, {"auto_verified_attributes": {}, "tags": {}}, after_unknown=unknown)))
    assert body(found.block) == {"auto_verified_attributes": ["email", "<>"], "tags": {"a": "b", "c": "<>"}}
    listed = found.block.arguments["auto_verified_attributes"].value
    assert isinstance(listed, ListValue)
    assert listed.kind == "set"


def test_sensitive_values_are_marked() -> None:
    data = json.loads(made({"name": "x", "tags": {"a": "b"}, "schema": [{"name": "s"}]}, {"name": {}, "tags": {}}))
    planned = data["planned_values"]["root_module"]["resources"][0]
    planned["sensitive_values"] = {"name": True, "tags": {"a": True}, "schema": [{"name": True}]}
    block = only(read(json.dumps(data))).block
    assert block.arguments["name"].value.sensitive
    tags = block.arguments["tags"].value
    assert isinstance(tags, ObjectValue)
    assert (tags.sensitive, tags.entries["a"].sensitive) == (False, True)
    assert block.blocks[0].arguments["name"].value.sensitive


def test_places_are_in_the_plan_at_the_value() -> None:
    text = made({"name": "x", "schema": [{"name": "s"}, {"name": "t"}], "password_policy": [{}]}, {"name": {}})
    block = only(read(text)).block
    assert block.header.text == f'"{TYPE}.main"'
    name = block.arguments["name"]
    assert (name.name_span.text, name.span.text, name.value.span.text) == ('"name"', '"x"', '"x"')
    assert [nested.header.text for nested in block.blocks] == ["{", "{", '"password_policy"']
    assert block.blocks[1].span.text == '{"name": "t"}'
    assert block.header.start < text.index("resource_changes")


def test_modules_counts_and_surroundings_of_a_real_plan() -> None:
    result = real("modules")
    assert result.problems == ()
    assert [resource.address for resource in result.resources] == [
        f"{TYPE}.counted[0]",
        f"{TYPE}.counted[1]",
        f'module.shop["de"].{TYPE}.main',
        f'module.shop["fr.x"].{TYPE}.main',
    ]
    shop = result.resources[3]
    assert shop.identity == f"module.shop.{TYPE}.main"
    assert body(shop.block) == {
        "mfa_configuration": "ON",
        "name": "shop-fr.x",
        "sms_authentication_message": "Your code: {####}",
        "schema": [
            {
                "attribute_data_type": "String",
                "mutable": True,
                "name": "a",
                "string_attribute_constraints": [{"max_length": "5", "min_length": "3"}],
            }
        ],
        "sms_configuration": [{"external_id": "shop", "sns_caller_arn": "<module.shop.aws_iam_role.sms.arn>"}],
    }
    assert shop.block.arguments["sms_authentication_message"].value.sensitive
    around = shop.surroundings
    assert around.region is not None
    assert (plain(around.region), around.region.span.text) == ("us-east-1", '"us-east-1"')
    assert around.complete
    roles = list(around.resources("aws_iam_role"))
    assert [role.address for role in roles] == [
        'module.shop["de"].aws_iam_role.sms',
        'module.shop["fr.x"].aws_iam_role.sms',
    ]
    policy = roles[0].block.arguments["assume_role_policy"].value
    assert "cognito-idp.amazonaws.com" in str(plain(policy))
    assert [data.name for data in around.resources("data.aws_iam_policy_document")] == ["trust"]
    assert list(around.resources("aws_none")) == []


def test_the_release_is_what_the_plan_allows() -> None:
    text = (FIXTURES / "pools" / "plain" / "plan.json").read_text(encoding="utf-8")
    assert only(read(text)).surroundings.versions == Versions((5, 100, 0), None, "the plan's version constraint")
    assert real("no-op").resources[0].surroundings.versions == Versions()


def test_the_change_is_kept() -> None:
    replaced = real("replaced").resources[0].change
    assert replaced is not None
    assert (replaced.actions, replaced.replace_paths) == (("delete", "create"), ("username_attributes",))
    assert replaced.before is not None
    assert replaced.after is not None
    assert body(replaced.before)["sms_configuration"] == [
        {"external_id": "grown", "sns_caller_arn": "arn:aws:iam::123456789012:role/sms", "sns_region": ""}
    ]
    assert body(replaced.after)["username_attributes"] == ["email"]


def test_what_is_only_destroyed_is_kept_apart() -> None:
    result = real("destroyed")
    assert result.resources == ()
    (gone,) = result.destroyed
    assert (gone.address, gone.instances) == (f"{TYPE}.grown", False)
    assert gone.change is not None
    assert (gone.change.actions, gone.change.after) == (("delete",), None)
    assert gone.change.before is not None
    assert body(gone.change.before)["deletion_protection"] == "ACTIVE"
    assert gone.block.header.text == f'"{TYPE}.grown"'


def test_deposed_objects_are_no_change_of_the_resource() -> None:
    data = json.loads(made({"name": "x"}, constants(name="x"), actions=["no-op"]))
    deposed = {**data["resource_changes"][0], "deposed": "abc", "change": {"actions": ["delete"], "before": {}}}
    data["resource_changes"].append(deposed)
    result = read(json.dumps(data))
    assert [resource.change.actions for resource in result.resources if resource.change] == [("no-op",)]
    assert result.destroyed == ()


@pytest.mark.parametrize("version", ["0.1", "0.2", "1.0", "1.2", "1.99"])
def test_format_versions(version: str) -> None:
    assert only(read(made({"name": "x"}).replace('"1.2"', f'"{version}"'))).name == "main"


@pytest.mark.parametrize(
    ("text", "slug", "message"),
    [
        (made({}).replace('"1.2"', '"2.0"'), "plan-version", "The plan has format version 2.0; 0.1 to 1.x can be read"),
        (made({}).replace('"1.2"', "1"), "not-a-plan", "The plan's format_version is no version"),
        ("[]", "not-a-plan", "This JSON is no object, so it is no plan"),
        ("{}", "not-a-plan", "This JSON is no plan"),
        ('{"resource": {}}', "not-a-plan", "This JSON is no plan, but looks like Terraform configuration"),
        ('{"stacks": {}, "version": "1"}', "not-a-plan", "This JSON is a CDKTF manifest, not a plan"),
        ('{"format_version": "1.0", "provider_schemas": {}}', "not-a-plan",
         "This JSON is the output of terraform providers schema -json, not a plan"),
        ('{"format_version": "1.0", "valid": true, "diagnostics": []}', "not-a-plan",
         "This JSON is the output of terraform validate -json, not a plan"),
        ('{"format_version": "1.0"}', "not-a-plan",
         "This JSON is an empty state: terraform show -json without the name of a plan shows the state"),
        ('{"format_version": "1.0", "values": {}}', "state-file", "This is a Terraform state, not a plan"),
        ('{"version": 4, "serial": 1, "lineage": "x", "resources": []}', "state-file",
         "This is a Terraform state, not a plan"),
        ('{"@level":"info"}\n{"@level":"info"}', "not-a-plan",
         "This is the log of terraform plan -json, which holds no values"),
        ('{"format_version": "1.2", ', "broken-json", "The JSON breaks off here: expected a key in quotes or \"}\""),
        ("[" * 100_000, "broken-json", "The JSON is nested deeper than 200 levels"),
    ],
)  # fmt: skip
def test_what_is_no_plan(text: str, slug: str, message: str) -> None:
    result = read(text)
    assert [(problem.slug, problem.message) for problem in result.problems] == [(slug, message)]
    assert (result.resources, result.destroyed) == ((), ())


def test_a_plan_that_ended_in_an_error_says_so() -> None:
    data = json.loads(made({"name": "x"}, constants(name="x")))
    data["errored"] = True
    result = read(json.dumps(data))
    assert [(problem.slug, problem.span.text) for problem in result.problems] == [("errored-plan", "true")]
    assert [resource.surroundings.complete for resource in result.resources] == [False]


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (["planned_values"], [], "The plan's planned_values must be an object, not a list"),
        (["planned_values", "root_module"], "x", "The plan's root_module must be an object, not a string"),
        (["planned_values", "root_module", "resources"], {}, "The plan's resources must be a list, not an object"),
        (["planned_values", "root_module", "resources", 0], 1,
         "Entry 0 of the plan's resources must be an object, not a number"),
        (["planned_values", "root_module", "resources", 0, "type"], 1,
         "A planned resource has a number for its type, not a string"),
        (["planned_values", "root_module", "resources", 0, "values"], [],
         "The plan's values must be an object, not a list"),
        (["planned_values", "root_module", "child_modules"], True,
         "The plan's child_modules must be a list, not true or false"),
        (["resource_changes"], "x", "The plan's resource_changes must be a list, not a string"),
        (["resource_changes", 0, "change"], "x", "The plan's change must be an object, not a string"),
    ],
)  # fmt: skip
def test_wrong_types_are_named_with_a_place(path: list[str | int], value: object, message: str) -> None:
    data = json.loads(made({"name": "x"}))
    current = data
    for key in path[:-1]:
        current = current[key]
    current[path[-1]] = value
    problems = read(json.dumps(data)).problems
    assert [(problem.slug, problem.message, problem.span.text) for problem in problems] == [
        ("not-a-plan", message, json.dumps(value))
    ]


REAL = (FIXTURES / "plans" / "modules" / "plan.json").read_text(encoding="utf-8")
JSON: st.SearchStrategy[object] = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.just([]) | st.just({}) | st.just([{}, 1])
)


@settings(deadline=None)
@given(st.data())
def test_any_type_anywhere_is_no_exception(data: st.DataObject) -> None:
    tree = json.loads(REAL)
    current, key = tree, "planned_values"
    for _ in range(12):
        keys = sorted(current) if isinstance(current, dict) else range(len(current))
        if not keys:
            break
        key = data.draw(st.sampled_from(keys))
        if not isinstance(current[key], dict | list) or data.draw(st.integers(0, 4)) == 0:
            current[key] = data.draw(JSON)
            break
        current = current[key]
    result = read(json.dumps(tree))
    for resource in (*result.resources, *result.destroyed):
        list(resource.surroundings.resources("aws_iam_role"))
        body(resource.block)
    for problem in result.problems:
        assert 0 <= problem.span.start <= problem.span.end <= len(problem.span.document.text)


def test_a_plan_cut_anywhere_is_a_problem() -> None:
    text = made({"name": "x", "schema": [{"name": "a"}]}, constants(name="x"))
    for end in range(len(text)):
        result = read(text[:end])
        assert (len(result.problems), result.resources) == (1, ())
