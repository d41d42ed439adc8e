"""Twice as many pools cost twice as much, whatever they refer to."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hostile import TYPE, scanned

from cogcheck.options import Options

FEW, MANY = 20, 80


def pool(number: int, body: str = "") -> str:
    return f'resource "{TYPE}" "p{number}" {{\n  name = "p{number}"\n{body}}}\n'


def function(number: int, trigger: str, called: str) -> str:
    return (
        f'resource "aws_lambda_function" "f{number}" {{\n  function_name = "f{number}"\n}}\n'
        f'resource "aws_lambda_alias" "a{number}" {{\n  name = "live"\n'
        f"  function_name = aws_lambda_function.f{number}.arn\n}}\n"
        f'resource "aws_lambda_permission" "p{number}" {{\n  function_name = {called}\n'
        f'  principal = "cognito-idp.amazonaws.com"\n  source_arn = {TYPE}.p{number}.arn\n}}\n'
        + pool(number, f"  lambda_config {{\n    pre_sign_up = {trigger}\n  }}\n")
    )


def role(number: int) -> str:
    return (
        f'data "aws_iam_policy_document" "d{number}" {{\n  statement {{\n    actions = ["sts:AssumeRole"]\n'
        '    principals {\n      type = "Service"\n      identifiers = ["cognito-idp.amazonaws.com"]\n    }\n  }\n}\n'
        f'resource "aws_iam_role" "r{number}" {{\n  name = "r{number}"\n'
        f"  assume_role_policy = data.aws_iam_policy_document.d{number}.json\n}}\n"
        + pool(
            number,
            f'  sms_configuration {{\n    external_id = "x"\n    sns_caller_arn = aws_iam_role.r{number}.arn\n  }}\n',
        )
    )


def web_acl(number: int) -> str:
    return pool(number) + (
        f'resource "aws_wafv2_web_acl_association" "w{number}" {{\n  resource_arn = {TYPE}.p{number}.arn\n}}\n'
        f'resource "aws_cognito_risk_configuration" "r{number}" {{\n  user_pool_id = {TYPE}.p{number}.id\n}}\n'
    )


REPEATED: dict[str, Callable[[int], str]] = {
    "functions": lambda at: function(at, f"aws_lambda_function.f{at}.arn", f"aws_lambda_function.f{at}.function_name"),
    "functions by name": lambda at: function(at, f"aws_lambda_function.f{at}.arn", f'"f{at}"'),
    "functions without permission": lambda at: function(at, f"aws_lambda_function.f{at}.arn", '"other"'),
    "functions that are not known": lambda at: function(at, f"aws_lambda_function.f{at}.arn", f"var.f{at}"),
    "aliases": lambda at: function(at, f"aws_lambda_alias.a{at}.arn", f"aws_lambda_function.f{at}.function_name"),
    "aliases that are not known": lambda at: function(at, f"aws_lambda_alias.a{at}.arn", f"var.f{at}"),
    "roles": role,
    "web ACLs": web_acl,
}


def events(directory: Path, text: str) -> int:
    """The calls of functions that a scan makes."""
    count = 0

    def called(*_: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(called)
    try:
        scanned(directory, text, options=Options(jobs=1, packs=("prowler", "recommended")))
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("repeated", REPEATED.values(), ids=REPEATED)
def test_pools_that_refer_to_others(tmp_path: Path, repeated: Callable[[int], str]) -> None:
    events(tmp_path, repeated(0))  # what is only done once
    few, many = (events(tmp_path, "".join(map(repeated, range(count)))) for count in (FEW, MANY))
    assert many < MANY / FEW * few * 1.1
