"""Outputs of CDKTF and CDKTN: real ones, and everything that can be wrong with a manifest."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import FIXTURES, TYPE, body, shapes

from cogcheck.documents import discover
from cogcheck.model import Document, Problem, Resource
from cogcheck.options import Options
from cogcheck.syntax import tfjson
from cogcheck.terraform import cdktf, project

OUTPUTS = FIXTURES / "cdktf"


def scan(directory: Path) -> tuple[list[Resource], list[Problem]]:
    found = cdktf.synthesized(discover([directory], (TYPE.encode(),)))
    read = project.resources(found.discovery, Options(), shapes())
    own = [problem for file in read.files for problem in cdktf.findings(file)]
    return list(found.named(read.resources)), [*found.problems, *read.problems, *own]


def said(problems: list[Problem]) -> list[tuple[str, str, int]]:
    return [
        (problem.slug, problem.span.document.path.rsplit("/", 1)[-1], problem.span.first[0]) for problem in problems
    ]


def manifest(content: object) -> cdktf.Output:
    return cdktf.stacks(Document("manifest.json", json.dumps(content), "manifest"))


@pytest.mark.parametrize(
    ("name", "release"),
    [("cdktf-0.20-page", (5, 41, 0)), ("cdktf-0.21-page", (6, 25, 0)), ("cdktn-0.24-page", (6, 69, 1))],
)
def test_the_pages_five_examples(name: str, release: tuple[int, ...]) -> None:
    resources, problems = scan(OUTPUTS / name)
    assert problems == []
    assert [resource.construct for resource in resources] == [
        "page-basic/customers",
        "page-mfa/customers",
        "page-recovery/customers",
        "page-schema/customers",
    ]
    assert {resource.surroundings.versions.low for resource in resources} == {release}
    assert {resource.surroundings.versions.high for resource in resources} == {release}
    basic, mfa, recovery, schema = (body(resource.block) for resource in resources)
    assert basic == {"name": "shop-customers"}
    assert mfa["sms_configuration"] == [
        {"external_id": "shop-sms", "sns_caller_arn": "<aws_iam_role.sms.arn>", "sns_region": "us-east-1"}
    ]
    assert recovery["account_recovery_setting"] == [
        {
            "recovery_mechanism": [
                {"name": "verified_email", "priority": 1},
                {"name": "verified_phone_number", "priority": 2},
            ]
        }
    ]
    assert schema["schema"] == [
        {
            "attribute_data_type": "<appropriate type>",
            "developer_only_attribute": False,
            "mutable": True,
            "name": "<name>",
            "required": False,
            "string_attribute_constraints": [{"max_length": 2048, "min_length": 0}],
        }
    ]


SHOP = {
    "aws_cognito_user_pool.pool": "env/other/pool",
    "aws_cognito_user_pool.counted[0]": "shop/counted",
    "aws_cognito_user_pool.counted[1]": "shop/counted",
    'aws_cognito_user_pool.country["de"]': "shop/country",
    'aws_cognito_user_pool.country["fr"]': "shop/country",
    "aws_cognito_user_pool.dynamic": "shop/dynamic",
    "aws_cognito_user_pool.from-variable": "shop/from-variable",
    "aws_cognito_user_pool.leaked": "shop/leaked",
    "aws_cognito_user_pool.overridden": "shop/overridden",
    "aws_cognito_user_pool.raw": None,
    "aws_cognito_user_pool.staff_login_pool_5A653660": "shop/staff/login/pool",
}


@pytest.mark.parametrize("name", ["shop", "shop-hcl", "shop-json-in-cdk-tf", "shop-stale"])
def test_construct_paths_in_every_mode(name: str) -> None:
    resources, _ = scan(OUTPUTS / name)
    expected = dict(SHOP)
    if name == "shop-hcl":
        del expected["aws_cognito_user_pool.raw"]  # this mode loses what a stack's override adds
    if name == "shop-stale":
        del expected["aws_cognito_user_pool.pool"]  # this stack is not listed any more
    assert {resource.address: resource.construct for resource in resources} == expected


def test_what_is_wrong_with_an_output() -> None:
    _, problems = scan(OUTPUTS / "shop")
    assert said(problems) == [
        ("synth-annotation", "manifest.json", 20),
        ("syntax-error", "cdk.tf.json", 105),
        ("leaked-token", "cdk.tf.json", 55),
        ("leaked-token", "cdk.tf.json", 65),
        ("leaked-token", "cdk.tf.json", 105),
        ("leaked-token", "cdk.tf.json", 106),
    ]
    assert problems[0].message == (
        "The construct shop/staff/login/pool noted a warning: the staff pool is on its way out"
    )
    assert [problem.span.text for problem in problems[-2:]] == ["${TfToke", "${TFTOKEN[TOKEN.4]}"]
    assert problems[-1].resources == (f"{TYPE}.leaked",)


def test_json_text_in_an_hcl_file_is_read_and_reported() -> None:
    _, problems = scan(OUTPUTS / "shop-json-in-cdk-tf")
    found = [problem for problem in problems if problem.message.startswith("This file holds JSON")]
    assert said(found) == [("syntax-error", "cdk.tf", 1), ("syntax-error", "cdk.tf", 1)]


def test_stale_stacks_are_reported_and_not_read() -> None:
    resources, problems = scan(OUTPUTS / "shop-stale")
    assert "env/other/pool" not in {resource.construct for resource in resources}
    (stale,) = [problem for problem in problems if problem.slug == "stale-stack"]
    assert stale.span.document.path.endswith("shop-stale/stacks/other/cdk.tf.json")
    assert stale.message == "The manifest does not list this stack: it is left from an earlier synthesis"


def test_the_file_of_another_mode_is_stale(tmp_path: Path) -> None:
    output = tmp_path / "cdktf.out"
    shutil.copytree(OUTPUTS / "shop-hcl", output)
    shutil.copy(OUTPUTS / "shop" / "stacks" / "shop" / "cdk.tf.json", output / "stacks" / "shop")
    resources, problems = scan(output)
    assert len(resources) == len(SHOP) - 1
    (stale,) = [problem for problem in problems if problem.slug == "stale-stack"]
    assert stale.message == "This is left from an earlier synthesis: the stack's file is now cdk.tf"


def test_without_metadata_there_is_no_construct_path(tmp_path: Path) -> None:
    output = tmp_path / "cdktf.out"
    shutil.copytree(OUTPUTS / "shop-hcl", output)
    (output / "stacks" / "other" / "metadata.json").unlink()
    (output / "stacks" / "shop" / "metadata.json").write_text('{"resource": ')
    resources, problems = scan(output)
    assert {resource.construct for resource in resources} == {None}
    assert ("broken-json", "metadata.json", 1) in said(problems)


def test_a_listed_file_that_is_not_there(tmp_path: Path) -> None:
    output = tmp_path / "cdktf.out"
    shutil.copytree(OUTPUTS / "shop", output)
    (output / "stacks" / "other" / "cdk.tf.json").unlink()
    _, problems = scan(output)
    (missing,) = [problem for problem in problems if problem.slug == "missing-stack-file"]
    assert missing.message == 'The file of the stack "other" is not there'
    assert missing.span.text == '"stacks/other/cdk.tf.json"'


def test_the_first_releases_had_no_manifest_and_lists_for_blocks() -> None:
    (resource,), problems = scan(OUTPUTS / "cdktf-0.1-old")
    assert problems == []
    assert resource.construct == "old/pool"
    assert body(resource.block)["password_policy"] == [{"minimum_length": 5}]
    assert resource.surroundings.versions.low == (3, 0, 0)


@pytest.mark.parametrize(
    ("content", "message", "place"),
    [
        ([], "The manifest has no object of stacks", "[]"),
        ({"stacks": "main", "version": "0"}, "The manifest has no object of stacks", '"main"'),
        ({"stacks": {"a": []}}, 'The manifest does not say where the file of the stack "a" is', "[]"),
        (
            {"stacks": {"a": {"synthesizedStackPath": 1}}},
            'The manifest does not say where the file of the stack "a" is',
            "1",
        ),
    ],
)
def test_broken_manifests(content: object, message: str, place: str) -> None:
    output = manifest(content)
    assert output.stacks == ()
    assert [(problem.slug, problem.message, problem.span.text) for problem in output.problems] == [
        ("broken-manifest", message, place)
    ]


def test_a_manifest_does_not_lead_out_of_its_directory(tmp_path: Path) -> None:
    (tmp_path / "cdk.tf.json").write_text("{}")
    path = tmp_path / "out" / "manifest.json"
    path.parent.mkdir()
    text = json.dumps({"stacks": {"a": {"synthesizedStackPath": "../cdk.tf.json"}}, "version": "0"})
    path.write_text(text)
    output = cdktf.stacks(Document("out/manifest.json", text, "manifest", str(path)))
    assert output.stacks == ()
    assert [problem.message for problem in output.problems] == [
        'The file of the stack "a" is outside of the output directory'
    ]


def test_notes_of_the_synthesis() -> None:
    notes = [
        {"level": "@cdktf/error", "message": "no", "constructPath": "a/b"},
        {"level": "@cdktf/info", "message": "by the way"},
        {"level": "@cdktf/warn", "message": "hm"},
        {"level": 3},
        "x",
    ]
    output = manifest({"stacks": {"a": {"annotations": notes}}})
    assert [problem.message for problem in output.problems if problem.slug == "synth-annotation"] == [
        "The construct a/b noted an error: no",
        "A construct noted a warning: hm",
    ]


@pytest.mark.parametrize(
    "text", ["a ${x}", "-1.5e+20", "TfToken", "${TfTokens}", "<cdktf> object", "${Token[TOKEN.1]}", "-8.1e+2800"]
)
def test_what_is_no_token(text: str) -> None:
    document = Document("stacks/a/cdk.tf.json", json.dumps({"//": text}), "tfjson")
    assert list(cdktf.findings(tfjson.parse(document))) == []


@pytest.mark.parametrize(
    "text", ["a-${TfToken[TOKEN.1]}", "${TFTOKEN[TOKEN.12]}", "${TfToke", "${TfTok", "x--8.109562212591408e+298"]
)
def test_what_is_a_token(text: str) -> None:
    document = Document("stacks/a/cdk.tf.json", json.dumps({"//": text}), "tfjson")
    assert [problem.slug for problem in cdktf.findings(tfjson.parse(document))] == ["leaked-token"]


MANIFEST = (OUTPUTS / "shop" / "manifest.json").read_text(encoding="utf-8")
JSON: st.SearchStrategy[object] = st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.just([1, {}])


@settings(deadline=None)
@given(st.data())
def test_any_type_anywhere_is_no_exception(data: st.DataObject) -> None:
    tree = json.loads(MANIFEST)
    current = tree
    while isinstance(current, dict | list) and current:
        key = data.draw(st.sampled_from(sorted(current) if isinstance(current, dict) else range(len(current))))
        if not isinstance(current[key], dict | list) or data.draw(st.integers(0, 3)) == 0:
            current[key] = data.draw(JSON)
            break
        current = current[key]
    text = json.dumps(tree)
    output = cdktf.stacks(Document("manifest.json", text, "manifest", str(OUTPUTS / "shop" / "manifest.json")))
    for problem in output.problems:
        assert 0 <= problem.span.start <= problem.span.end <= len(problem.span.document.text)


def test_a_manifest_cut_anywhere_is_broken() -> None:
    text = MANIFEST.rstrip()
    for end in range(len(text)):
        output = cdktf.stacks(Document("manifest.json", text[:end], "manifest"))
        assert {problem.slug for problem in output.problems} == {"broken-manifest"}
        assert output.stacks == ()
