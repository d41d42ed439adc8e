"""A grid of pools, every argument with many values: an error of ours, and the real `terraform validate`, agree.

What `terraform validate` refuses has an error, and what is called an error that it enforces is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from textwrap import indent

import pytest
from conftest import Terraform

from cogcheck.answer import Truth
from cogcheck.catalogue.load import catalogue
from cogcheck.catalogue.shapes import ArgumentShape, BlockShape, Period
from cogcheck.catalogue.verdict import Verdict
from cogcheck.documents import discover
from cogcheck.engine import Engine
from cogcheck.model import Versions
from cogcheck.options import Options
from cogcheck.selection import configured, select
from cogcheck.terraform.project import resources

TYPE = "aws_cognito_user_pool"
RELEASE = "5.100.0"
AT_HAND = (5, 100, 0)
ARN = '"arn:aws:lambda:us-east-1:123456789012:function:f"'
SENDER = f'lambda_arn = {ARN}\nlambda_version = "V1_0"'

STRINGS = (
    *('""', '"x"', '"{####}"', '"{username} and {####}"', '"{##here##}"', '"ON"', '"OFF"'),
    *('"DEVELOPER"', '"V1_0"', '"V3_0"', '"PLUS"', '"us-east-1"', '"String"', '"admin_only"'),
    *(ARN, '"arn:aws:lambda"', '"arn:aws:lambda:useast:123456789012:function:f"', '"a@b.com"', '"!!!"'),
    *(f'"{{####}}{"W" * length}"' for length in (134, 135)),
    *("12", "true", "null", '["a"]', "{}"),
)
NUMBERS = ("0", "-1", "1", "5", "6", "24", "25", "99", "100", "365", "366", "1.5", '"8.0"', '"x"', "true", "null", "[]")
BOOLS = ("true", '"false"', '"yes"', "1", "null", '""', "[]")
LISTS = (
    *("[]", '["email"]', '["phone_number", "email"]', '["preferred_username"]', '["x"]', '"email"', "null"),
    *('toset(["email"])', "[1]", "[null]", '{a = "email"}', '["PASSWORD"]', '["password"]'),
)
MAPS = ("{}", '{a = "b"}', "{a = 1}", "{a = []}", "{a = null}", "null", "[]", '"x"', f'{{{"k" * 129} = "x"}}')
VALUES: Mapping[str, Sequence[str]] = {
    "string": STRINGS,
    "integer": NUMBERS,
    "number": NUMBERS,
    "bool": BOOLS,
    "set(string)": LISTS,
    "list(string)": LISTS,
    "map(string)": MAPS,
}
NEEDED: Mapping[str, str] = {
    "": 'name = "x"',
    "lambda_config": f"kms_key_id = {ARN}",
    "sms_configuration": f'external_id = "x"\nsns_caller_arn = {ARN}',
    "software_token_mfa_configuration": "enabled = true",
    "user_attribute_update_settings": 'attributes_require_verification_before_update = ["email"]',
    "user_pool_add_ons": 'advanced_security_mode = "OFF"',
    "schema": 'name = "a"\nattribute_data_type = "String"',
    "recovery_mechanism": 'name = "verified_email"\npriority = 1',
    "custom_email_sender": SENDER,
    "custom_sms_sender": SENDER,
    "pre_token_generation_config": SENDER,
}
"""What a block needs, by its type; the resource itself has none."""


def _block(header: str, content: str) -> str:
    return f"{header} {{\n{indent(content, '  ')}\n}}"


def _names(content: str) -> set[str]:
    """What is set in a text, not in the blocks in it."""
    return {line.split(" ")[0] for line in content.splitlines() if not line.startswith(" ")}


def _written(path: Sequence[str], content: str) -> str:
    """A pool with this content in the block at a path, and with what the blocks need and the content does not set."""
    for type_ in ("", *path)[::-1]:
        names = _names(content)
        needed = (line for line in NEEDED.get(type_, "").splitlines() if line.split(" ")[0] not in names)
        body = "\n".join((*needed, content))
        content = _block(type_ or f'resource "{TYPE}" "pool"', body)
    return content + "\n"


def _has(period: Period) -> bool:
    """Whether the release at hand is in the period."""
    return period.holds(Versions(AT_HAND, AT_HAND)) is Truth.YES


def _cases(shape: BlockShape, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """A name and a text for each case."""
    for name, argument in shape.arguments.items():
        if _has(argument.period):
            yield from _of_argument((*path, name), argument)
    for name, block in shape.blocks.items():
        if _has(block.period):
            yield from _of_block((*path, name), block)
            yield from _cases(block, (*path, name))


def _of_argument(path: tuple[str, ...], argument: ArgumentShape) -> Iterator[tuple[str, str]]:
    *blocks, name = path
    for number, value in enumerate(VALUES[argument.type]):
        yield f"{'_'.join(path)}_{number}", _written(blocks, f"{name} = {value}")
    yield f"{'_'.join(path)}_as_block", _written(blocks, f"{name} {{}}")


def _of_block(path: tuple[str, ...], block: BlockShape) -> Iterator[tuple[str, str]]:
    *outer, name = path
    full = _block(name, NEEDED.get(name, ""))
    title = "_".join(path)
    yield f"{title}_empty", _written(outer, f"{name} {{}}")
    yield f"{title}_twice", _written(outer, f"{full}\n{full}")
    yield f"{title}_thrice", _written(outer, f"{full}\n{full}\n{full}")
    for number, value in enumerate(("{}", "[]", "null")):
        yield f"{title}_as_argument_{number}", _written(outer, f"{name} = {value}")
    yield f"{title}_unknown_argument", _written(path, "zzzz = 1")
    yield f"{title}_unknown_block", _written(path, "zzzz {}")
    for required in block.arguments:
        if any(_has(fact.period) for fact in block.arguments[required].facts.get("required", ())):
            rest = "\n".join(line for line in NEEDED[name].splitlines() if line.split(" ")[0] != required)
            yield f"{title}_without_{required}", _written(outer, _block(name, rest))


CASES = dict(_cases(catalogue().shapes[TYPE].root))


def _judged(root: Path) -> Mapping[str, list[Verdict]]:
    """What the engine says of each module below a directory."""
    options = Options(provider_version=RELEASE)
    rules = configured(catalogue(), options)
    project = resources(discover([root], (TYPE.encode(),)), options, rules.types)
    engine = Engine(rules, select(rules, options))
    found: dict[str, list[Verdict]] = {name: [] for name in CASES}
    for resource in project.resources:
        found[Path(resource.block.header.document.path).parent.name].extend(engine.judge(resource)[1])
    assert len(project.resources) == len(CASES)
    return found


@pytest.fixture(scope="module")
def compared(
    terraform: Terraform, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Mapping[str, list[str]], Mapping[str, list[Verdict]]]:
    root: Path = tmp_path_factory.mktemp("grid")
    refused = terraform.errors(root, CASES)
    return refused, _judged(root)


def test_what_terraform_refuses_is_an_error(
    compared: tuple[Mapping[str, list[str]], Mapping[str, list[Verdict]]],
) -> None:
    refused, judged = compared
    missed = {
        name: refused[name][0]
        for name in CASES
        if refused[name] and not any(verdict.severity == "error" for verdict in judged[name])
    }
    assert missed == {}


def test_what_terraform_is_said_to_refuse_is_refused(
    compared: tuple[Mapping[str, list[str]], Mapping[str, list[Verdict]]],
) -> None:
    refused, judged = compared
    wrong = {
        name: [verdict.message for verdict in judged[name] if verdict.severity == "error"]
        for name in CASES
        if not refused[name]
        and any(verdict.severity == "error" and verdict.enforced == "validate" for verdict in judged[name])
    }
    assert wrong == {}
    assert sum(map(bool, refused.values())) > len(CASES) / 4
