"""Words about other resources, on configurations: what is there, what is not, and what cannot be told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cogcheck.answer import Truth
from cogcheck.catalogue.references import Reference, fits, is_arn_of, meant, reference, referring, refers_to
from cogcheck.catalogue.special import ARN_TYPES
from cogcheck.model import (
    Argument,
    Block,
    Document,
    Known,
    Null,
    Resource,
    Resources,
    Span,
    Surroundings,
    Unknown,
    Value,
)
from cogcheck.options import Options
from cogcheck.scan import scan

SPAN = Span(Document("main.tf", "x"), 0, 1)


def unknown(identity: str | None) -> Unknown:
    return Unknown("it is not known", SPAN, identity=identity)


@pytest.mark.parametrize(
    ("identity", "expected"),
    [
        ("aws_iam_role.sms.arn", ("aws_iam_role.sms", "aws_iam_role.sms", "aws_iam_role", "arn", False)),
        ("aws_iam_role.sms[0].arn", ("aws_iam_role.sms[0]", "aws_iam_role.sms", "aws_iam_role", "arn", False)),
        (
            'module.a["x.y"].module.b.aws_iam_role.sms["a.b"].arn',
            (
                'module.a["x.y"].module.b.aws_iam_role.sms["a.b"]',
                "module.a.module.b.aws_iam_role.sms",
                "aws_iam_role",
                "arn",
                False,
            ),
        ),
        (
            "data.aws_iam_policy_document.trust.json",
            (
                "data.aws_iam_policy_document.trust",
                "data.aws_iam_policy_document.trust",
                "aws_iam_policy_document",
                "json",
                True,
            ),
        ),
        ("aws_lb.a.subnet_mapping[0].id", ("aws_lb.a", "aws_lb.a", "aws_lb", "subnet_mapping.id", False)),
        ("var.role", None),
        ("local.role.arn", None),
        ("each.value.arn", None),
        ("module.roles.sms_arn", None),
        ("aws_iam_role.sms", None),
        ("aws_iam_role.sms.each.value", None),
        ("aws_iam_role.sms.count.index", None),
        ("template(aws_iam_role.sms.arn)", None),
        (None, None),
    ],
)
def test_references_are_read_from_identities(identity: str | None, expected: tuple[Any, ...] | None) -> None:
    assert reference(unknown(identity)) == (Reference(*expected) if expected else None)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("aws_iam_role", True),
        ("aws_iam_role.arn", True),
        ("aws_iam_role.id", False),
        ("aws_*", True),
        ("aws_*.arn", True),
        ("*", True),
        ("resource.aws_iam_role", True),
        ("data.aws_iam_role", False),
        ("aws_iam", False),
    ],
)
def test_targets(target: str, expected: bool) -> None:
    found = reference(unknown("module.a.aws_iam_role.sms[0].arn"))
    assert found is not None
    assert fits(found, target) is expected


def role(address: str = "aws_iam_role.sms", **arguments: Value) -> Resource:
    written = {name: Argument(name, SPAN, value, SPAN) for name, value in arguments.items()}
    bare = address.partition("[")[0]
    return Resource("aws_iam_role", "sms", address, Block("", SPAN, SPAN, written), Surroundings(), identity=bare)


@pytest.mark.parametrize(
    ("value", "target", "expected"),
    [
        (unknown("aws_iam_role.sms.arn"), role(), Truth.YES),
        (unknown("aws_iam_role.other.arn"), role(), Truth.NO),
        (unknown("data.aws_iam_role.sms.arn"), role(), Truth.CANNOT_TELL),
        (unknown("var.arn"), role(), Truth.CANNOT_TELL),
        (unknown("aws_iam_role.sms[0].arn"), role("aws_iam_role.sms[0]"), Truth.YES),
        (unknown("aws_iam_role.sms[1].arn"), role("aws_iam_role.sms[0]"), Truth.NO),
        (unknown("aws_iam_role.sms[*].arn"), role("aws_iam_role.sms[0]"), Truth.YES),
        (unknown("aws_iam_role.sms[0].arn"), role("aws_iam_role.sms[*]"), Truth.YES),
        (Null(SPAN), role(), Truth.NO),
        (Known("sms", SPAN), role(name=Known("sms", SPAN)), Truth.YES),
        (Known("sms", SPAN), role(name=Known("other", SPAN)), Truth.CANNOT_TELL),
        (Known("sms", SPAN), role(role=Known("other", SPAN)), Truth.NO),
        (Known("sms", SPAN), role(role=unknown(None)), Truth.CANNOT_TELL),
        (unknown("template(var.a)"), role(role=unknown("template(var.a)")), Truth.YES),
        (unknown("template(var.a)"), role(role=unknown("template(var.b)")), Truth.CANNOT_TELL),
        (Known("arn:aws:iam::1:role/a", SPAN), role(arn=Known("arn:aws:iam::1:role/b", SPAN)), Truth.NO),
        (Known("arn:aws:iam::1:role/a", SPAN), role(role=Known("b", SPAN)), Truth.CANNOT_TELL),
    ],
)
def test_what_a_value_refers_to(value: Value, target: Resource, expected: Truth) -> None:
    assert refers_to(value, "role", target) is expected


VALUES = (
    Known("sms", SPAN),
    Known("arn:aws:iam::1:role/sms", SPAN),
    Known(1, SPAN),
    Null(SPAN),
    unknown(None),
    unknown("var.name"),
    unknown("aws_iam_role.sms.arn"),
    unknown("aws_iam_role.sms[0].name"),
    unknown("aws_iam_role.other.id"),
    unknown("data.aws_iam_role.sms.arn"),
    unknown("random_pet.name.id"),
)
ROLES = tuple(
    role(address, **{name: value})
    for address in ("aws_iam_role.sms[0]", "aws_iam_role.other")
    for name in ("name", "arn", "role")
    for value in VALUES
)


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_what_is_looked_up_is_what_a_look_at_all_finds(value: Value) -> None:
    assert meant(value, "role", Resources(ROLES)) == [
        one for one in ROLES if refers_to(value, "role", one) is Truth.YES
    ]


@pytest.mark.parametrize("target", ROLES)
@pytest.mark.parametrize("name", ["role", "arn"])
def test_nothing_that_may_refer_to_a_resource_is_left_out(target: Resource, name: str) -> None:
    candidates = [role("aws_iam_role.x", argument=value) for value in VALUES] + [role("aws_iam_role.y")]
    left_out = {id(one) for one in candidates}
    left_out -= {id(one) for one in referring(target, name, Resources(candidates), "argument")}
    for one in candidates:
        argument = one.block.arguments.get("argument")
        may = argument is None or refers_to(argument.value, name, target) is not Truth.NO
        assert not (may and id(one) in left_out)


@pytest.mark.parametrize(
    ("identity", "expected"),
    [
        ("aws_lambda_function.a.arn", Truth.YES),
        ("aws_lambda_function.a.qualified_arn", Truth.YES),
        ("data.aws_lambda_alias.a.arn", Truth.YES),
        ("aws_sns_topic.a.arn", Truth.NO),
        ("module.a.aws_sns_topic.a.arn", Truth.NO),
        ("aws_lambda_function.a.invoke_arn", Truth.CANNOT_TELL),
        ("data.aws_arn.a.arn", Truth.CANNOT_TELL),
        ("aws_ssm_parameter.a.value", Truth.CANNOT_TELL),
        ("other_function.a.arn", Truth.CANNOT_TELL),
        ("var.arn", Truth.CANNOT_TELL),
    ],
)
def test_the_arn_of_another_type_is_not_the_one_that_is_asked_for(identity: str, expected: Truth) -> None:
    assert is_arn_of(unknown(identity), ARN_TYPES["lambda_arn"]) is expected


def found(tmp_path: Path, rule: str, **files: str) -> tuple[list[str], list[str]]:
    """The messages and the open questions of one rule in a tree of files (`modules__a` is `modules/a/main.tf`)."""
    for name, text in files.items():
        path = tmp_path / name.replace("__", "/") / "main.tf" if name != "main" else tmp_path / "main.tf"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    report = scan([tmp_path], Options(select=(rule,)))
    return [one.message for one in report.findings], [one.reason for one in report.undecided]


POOL = """
resource "aws_cognito_user_pool" "example" {
  name = "example"
}
output "arn" {
  value = aws_cognito_user_pool.example.arn
}
"""
ASSOCIATION = """
resource "aws_wafv2_web_acl_association" "pool" {
  resource_arn = module.pool.arn
  web_acl_arn  = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/example/1"
}
"""
CALL = 'module "pool" {\n  source = "./pool"\n}\n'
MISSING = ["no aws_wafv2_web_acl_association refers to this pool"]


def test_a_reference_is_followed_through_outputs(tmp_path: Path) -> None:
    assert found(tmp_path, "no-web-acl", pool=POOL, main=CALL + ASSOCIATION) == ([], [])


def test_each_call_is_judged_on_its_own(tmp_path: Path) -> None:
    calls = CALL + CALL.replace('"pool"', '"other"')
    messages, questions = found(tmp_path, "no-web-acl", pool=POOL, main=calls + ASSOCIATION)
    assert (messages, questions) == (MISSING, [])


def test_a_reference_to_one_instance_is_to_no_other(tmp_path: Path) -> None:
    calls = 'module "pool" {\n  source   = "./pool"\n  for_each = toset(["a", "b"])\n}\n'
    report = found(
        tmp_path, "no-web-acl", pool=POOL, main=calls + ASSOCIATION.replace("module.pool", 'module.pool["a"]')
    )
    assert report == (MISSING, [])


def test_an_unread_module_may_declare_it(tmp_path: Path) -> None:
    unread = 'module "waf" {\n  source = "terraform-aws-modules/waf/aws"\n}\n'
    other = ASSOCIATION.replace("module.pool.arn", "aws_lb.a.arn") + 'resource "aws_lb" "a" {}\n'
    assert found(tmp_path, "no-web-acl", pool=POOL, main=CALL + other + unread) == (
        [],
        ["not every module of this configuration could be read"],
    )


def test_a_value_that_is_not_known_may_mean_it(tmp_path: Path) -> None:
    unsure = ASSOCIATION.replace("module.pool.arn", "var.arn") + 'variable "arn" {}\n'
    assert found(tmp_path, "no-web-acl", pool=POOL, main=CALL + unsure) == (
        [],
        ["var.arn has no default and no value was given"],
    )


def test_the_option_asks_for_a_declaration_here(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(POOL, encoding="utf-8")
    options = Options(select=("no-web-acl",), rule_options={"no-web-acl": {"declared-here": True}})
    assert [one.message for one in scan([tmp_path], options).findings] == MISSING
    assert scan([tmp_path], Options(select=("no-web-acl",))).findings == ()


def pool_with_role(policy: str, external_id: str = '"secret"', arn: str = "aws_iam_role.sms.arn") -> str:
    return f"""
resource "aws_iam_role" "sms" {{
  assume_role_policy = {policy}
}}
resource "aws_cognito_user_pool" "example" {{
  name = "example"
  sms_configuration {{
    external_id    = {external_id}
    sns_caller_arn = {arn}
  }}
}}
variable "unset" {{}}
"""


def trust(**changes: Any) -> str:
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"Service": "cognito-idp.amazonaws.com"},
        "Action": "sts:AssumeRole",
        **changes,
    }
    return json.dumps(json.dumps({"Version": "2012-10-17", "Statement": [statement]}))


UNTRUSTED = ["aws_iam_role.sms.arn is a role that Cognito may not assume"]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (trust(), []),
        (trust(Principal={"Service": ["cognito-idp.eu-west-1.amazonaws.com"]}), []),
        (trust(Principal={"Service": "cognito-idp.amazonaws.com.cn"}), []),
        (trust(Action="sts:*"), []),
        (trust(Action=["sts:AssumeRole", "sts:TagSession"]), []),
        (trust(Action="*"), []),
        (trust(Principal={"Service": "sns.amazonaws.com"}), UNTRUSTED),
        (trust(Principal={"AWS": "arn:aws:iam::123456789012:root"}), UNTRUSTED),
        (trust(Effect="Deny"), UNTRUSTED),
        (trust(Action="sts:TagSession"), UNTRUSTED),
        (trust(Action="sts:[A]ssumeRole"), UNTRUSTED),
        (trust(Principal="*"), None),
        (trust(Principal={"AWS": "*"}), None),
        (trust(NotPrincipal={"AWS": "x"}, Principal={}), None),
        (trust(NotAction="s3:*", Action=[]), None),
        ('"{"', None),
        ('"[]"', None),
        ('jsonencode({ Statement = "no" })', None),
        ("var.unset", None),
        ('"${var.unset}{}"', None),
        (json.dumps("[" * 50_000), None),
        (trust(Effect=[]), None),
    ],
    ids=range(22),
)
def test_trust_policies(policy: str, expected: list[str] | None, tmp_path: Path) -> None:
    messages, questions = found(tmp_path, "sms-role-without-trust", main=pool_with_role(policy))
    assert messages == (expected or [])
    assert bool(questions) is (expected is None)


MISMATCH = ['external_id is "secret", but the trust policy of the role asks for another']


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (None, []),
        ({"StringEquals": {"sts:ExternalId": "secret"}}, []),
        ({"StringEquals": {"STS:externalid": ["a", "secret"]}}, []),
        ({"StringLike": {"sts:ExternalId": "sec*"}}, []),
        ({"StringEquals": {"aws:SourceAccount": "123456789012"}}, []),
        ({"StringEquals": {"sts:ExternalId": "Secret"}}, MISMATCH),
        ({"StringLike": {"sts:ExternalId": "pub*"}}, MISMATCH),
        ({"StringEquals": {"sts:ExternalId": []}}, MISMATCH),
        ({"StringNotEquals": {"sts:ExternalId": "secret"}}, None),
    ],
    ids=range(9),
)
def test_external_ids(condition: Any, expected: list[str] | None, tmp_path: Path) -> None:
    policy = trust() if condition is None else trust(Condition=condition)
    messages, questions = found(tmp_path, "external-id-mismatch", main=pool_with_role(policy))
    assert messages == (expected or [])
    assert bool(questions) is (expected is None)


def test_an_external_id_that_is_not_known_is_no_mismatch(tmp_path: Path) -> None:
    policy = trust(Condition={"StringEquals": {"sts:ExternalId": "other"}})
    messages, questions = found(tmp_path, "external-id-mismatch", main=pool_with_role(policy, "var.unset"))
    assert messages == []
    assert questions


SENDER = """
resource "aws_cognito_user_pool" "example" {
  name = "example"
  sms_configuration {
    external_id    = "secret"
    sns_caller_arn = var.arn
  }
}
variable "arn" {}
"""
ROLE = """
resource "aws_iam_role" "sms" {
  assume_role_policy = POLICY
}
output "arn" {
  value = aws_iam_role.sms.arn
}
"""
BOTH = """
module "role" {
  source = "./role"
}
module "pool" {
  source = "./pool"
  arn    = module.role.arn
}
"""


UNSET = """jsonencode({
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "sns.amazonaws.com" }
      Condition = { StringEquals = { "sts:ExternalId" = var.unset } }
    }]
  })"""


def test_a_policy_is_read_around_what_is_not_known(tmp_path: Path) -> None:
    assert found(tmp_path, "sms-role-without-trust", main=pool_with_role(UNSET))[0] == UNTRUSTED
    trusting = UNSET.replace("sns.", "cognito-idp.")
    assert found(tmp_path, "sms-role-without-trust", main=pool_with_role(trusting)) == ([], [])
    messages, questions = found(tmp_path, "external-id-mismatch", main=pool_with_role(trusting, "var.unset"))
    assert messages == []
    assert questions
    unsure = UNSET.replace('"sns.amazonaws.com"', "var.unset")
    assert found(tmp_path, "sms-role-without-trust", main=pool_with_role(unsure))[0] == []


def test_a_role_out_of_another_module_is_found(tmp_path: Path) -> None:
    role_of_lambda = ROLE.replace("POLICY", trust(Principal={"Service": "lambda.amazonaws.com"}))
    messages, _ = found(tmp_path, "sms-role-without-trust", role=role_of_lambda, pool=SENDER, main=BOTH)
    assert messages == ["var.arn (output.arn of module.role) is a role that Cognito may not assume"]


def test_a_topic_as_the_caller_is_another_rules_finding(tmp_path: Path) -> None:
    text = pool_with_role(trust(), arn="aws_sns_topic.a.arn") + 'resource "aws_sns_topic" "a" {}\n'
    assert found(tmp_path, "sms-role-without-trust", main=text) == ([], [])
    assert found(tmp_path, "sms-caller-is-no-role", main=text)[0] == [
        "sns_caller_arn is aws_sns_topic.a.arn, which is no IAM role"
    ]


def test_an_empty_trigger_is_none(tmp_path: Path) -> None:
    pool = (
        'resource "aws_cognito_user_pool" "example" {\n  name = "a"\n  lambda_config {\n    pre_sign_up = ""\n  }\n}\n'
    )
    assert found(tmp_path, "trigger-without-permission", main=pool) == ([], [])
